import { quoteName, quoteText } from "../names";
import { keptComment, keptName } from "./hidden-names";
import { TRIAL_LOCK } from "./leftovers-query";
import type { TrialTarget } from "./trial-target";

/** One name that is taken away, and all that is needed to give it back. */
export interface Hide {
  schema: string;
  /** The table's name before the trial. */
  table: string;
  column?: string;
  /** The comment before the trial. */
  comment: string | null;
  hiddenName: string;
  /** For what somebody else makes under the same name meanwhile. */
  asideName: string;
}

export function hideOf(target: TrialTarget, comment: string | null, nonce: string): Hide {
  const path = [target.schema, target.table, ...(target.column === undefined ? [] : [target.column])];
  return {
    schema: target.schema,
    table: target.table,
    ...(target.column === undefined ? {} : { column: target.column }),
    comment,
    hiddenName: keptName("hidden", path),
    asideName: keptName("aside", [nonce, ...path]),
  };
}

export interface BlockLimits {
  /** For the first renaming; while it waits, everybody else who wants the table waits behind it. */
  lockTimeoutMs: number;
  longestMs: number;
}

/** Sent, one after the other, over the connection that runs the block, before it. */
export function blockSettings(serverVersion: number): string {
  return settingsThatMustBeOff(serverVersion)
    .map((name) => `SET ${name} = 0`)
    .concat("SET default_transaction_isolation = 'read committed'", "SET client_min_messages = 'error'")
    .join("; ");
}

/**
 * The trial, as one statement that the server runs to its end whatever becomes of us: takes the names away, commits, waits
 * until the operator's other connection lets go of the lock `hold` (by intent, or because it died) or the longest time
 * has passed, gives the names back, commits. It refuses before it touches anything where a setting could end it in the
 * middle, where nobody holds the lock, or where another trial runs.
 */
export function trialBlock(
  hides: readonly Hide[],
  hold: string,
  serverVersion: number,
  limits: BlockLimits,
): string {
  const unsafe = settingsThatMustBeOff(serverVersion)
    .map((name) => `current_setting('${name}') <> '0'`)
    .join(" OR ");
  return `DO ${quoteText(`
DECLARE
  until timestamptz;
  done boolean;
  tries integer;
  problem text;
BEGIN
  IF ${unsafe} THEN RAISE EXCEPTION 'rollout: a pooler' USING ERRCODE = 'RT001'; END IF;
  IF pg_try_advisory_xact_lock(${hold}) THEN RAISE EXCEPTION 'rollout: nobody holds the lock' USING ERRCODE = 'RT002'; END IF;
  IF NOT pg_try_advisory_lock(${TRIAL_LOCK}) THEN RAISE EXCEPTION 'rollout: another trial runs' USING ERRCODE = 'RT003'; END IF;
  BEGIN
    PERFORM set_config('lock_timeout', '${limits.lockTimeoutMs}', true);
${hides.map(takeAway).join("\n")}
  EXCEPTION WHEN OTHERS THEN
    PERFORM pg_advisory_unlock(${TRIAL_LOCK});
    RAISE;
  END;
  COMMIT;
  BEGIN
    until := clock_timestamp() + interval '${limits.longestMs} milliseconds';
    LOOP
      EXIT WHEN pg_try_advisory_xact_lock(${hold}) OR clock_timestamp() > until;
      PERFORM pg_sleep(0.02);
    END LOOP;
  EXCEPTION WHEN query_canceled OR OTHERS THEN
    NULL;
  END;
  COMMIT;
${[...hides].reverse().map(giveBackByAllMeans).join("\n")}
  PERFORM pg_advisory_unlock(${TRIAL_LOCK});
  IF problem IS NOT NULL THEN RAISE EXCEPTION '%', problem USING ERRCODE = 'RT004'; END IF;
END`)}`;
}

/** PL/pgSQL that gives one name back, where it is away; what stands under it by now is renamed first, with all its rows. */
export function giveBack(hide: Hide): string {
  const { schema, table, column, comment, hiddenName, asideName } = hide;
  const written = comment === null ? "NULL" : quoteText(comment);
  const aside = quoteText(keptComment({ kind: "aside", original: column ?? table, comment: null }));
  if (column === undefined) {
    return `
      IF ${tableExists(schema, hiddenName)} THEN
        IF ${tableExists(schema, table)} THEN
          ALTER TABLE ${quoteName(schema, table)} RENAME TO ${quoteName(asideName)};
          IF (SELECT c.relkind IN ('r', 'p') FROM pg_catalog.pg_class c WHERE c.oid = ${quoteText(quoteName(schema, asideName))}::regclass) THEN
            COMMENT ON TABLE ${quoteName(schema, asideName)} IS ${aside};
          END IF;
        END IF;
        ALTER TABLE ${quoteName(schema, hiddenName)} RENAME TO ${quoteName(table)};
        COMMENT ON TABLE ${quoteName(schema, table)} IS ${written};
      END IF;`;
  }
  return `
      IF ${columnExists(schema, table, hiddenName)} THEN
        IF ${columnExists(schema, table, column)} THEN
          ALTER TABLE ${quoteName(schema, table)} RENAME COLUMN ${quoteName(column)} TO ${quoteName(asideName)};
          ALTER TABLE ${quoteName(schema, table)} ALTER COLUMN ${quoteName(asideName)} DROP NOT NULL;
          COMMENT ON COLUMN ${quoteName(schema, table, asideName)} IS ${aside};
        END IF;
        ALTER TABLE ${quoteName(schema, table)} RENAME COLUMN ${quoteName(hiddenName)} TO ${quoteName(column)};
        COMMENT ON COLUMN ${quoteName(schema, table, column)} IS ${written};
      END IF;`;
}

/** How many of the names are away at this moment. */
export function hiddenCountQuery(hides: readonly Hide[]): string {
  const each = hides.map(({ schema, table, column, hiddenName }) =>
    column === undefined ? tableExists(schema, hiddenName) : columnExists(schema, table, hiddenName),
  );
  return `SELECT ${each.map((one) => `(${one})::int`).join(" + ")} AS hidden`;
}

function takeAway({ schema, table, column, comment, hiddenName }: Hide): string {
  const kept = quoteText(keptComment({ kind: "hidden", original: column ?? table, comment }));
  if (column === undefined) {
    return `    ALTER TABLE ${quoteName(schema, table)} RENAME TO ${quoteName(hiddenName)};
    COMMENT ON TABLE ${quoteName(schema, hiddenName)} IS ${kept};`;
  }
  return `    ALTER TABLE ${quoteName(schema, table)} RENAME COLUMN ${quoteName(column)} TO ${quoteName(hiddenName)};
    COMMENT ON COLUMN ${quoteName(schema, table, hiddenName)} IS ${kept};`;
}

/** Without a lock_timeout: a long reader delays it, and nothing makes it give up but an error that no repeating mends. */
function giveBackByAllMeans(hide: Hide): string {
  return `  done := false;
  tries := 0;
  WHILE NOT done LOOP
    BEGIN${giveBack(hide)}
      done := true;
    EXCEPTION
      WHEN query_canceled OR deadlock_detected OR lock_not_available OR serialization_failure THEN
        PERFORM pg_sleep(0.1);
      WHEN OTHERS THEN
        tries := tries + 1;
        done := tries >= 5;
        IF done THEN problem := SQLERRM; END IF;
        IF NOT done THEN PERFORM pg_sleep(0.1); END IF;
    END;
  END LOOP;
  COMMIT;`;
}

function tableExists(schema: string, name: string): string {
  return `EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${quoteText(schema)} AND c.relname = ${quoteText(name)})`;
}

function columnExists(schema: string, table: string, name: string): string {
  return `EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${quoteText(schema)} AND c.relname = ${quoteText(table)} AND a.attname = ${quoteText(name)} AND NOT a.attisdropped)`;
}

/** By version, what could end a statement in its middle. @source PostgreSQL documentation, "Client Connection Defaults". */
function settingsThatMustBeOff(serverVersion: number): string[] {
  return [
    "statement_timeout",
    "lock_timeout",
    ...(serverVersion >= 140_000 ? ["client_connection_check_interval"] : []),
    ...(serverVersion >= 170_000 ? ["transaction_timeout"] : []),
  ];
}
