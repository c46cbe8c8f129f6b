import { DateTime } from "luxon";

import { parseSignature } from "../../config/signatures";
import { messageOf } from "../../errors";
import type { CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import type { GateInputs, GateOutputs } from "./inputs";
import { checkId } from "../../probes/check-id";

/** A restore takes the last state of some minutes ago: younger than this a recovery window is of no use. */
const YOUNGEST_MS = 10 * 60_000;

/** Whether each database that config names can be restored to a moment, by Render's word. */
export function checkDatabases(
  context: ProviderContext,
  { databases = [], services }: GateInputs,
): Promise<CheckResult[]> {
  return Promise.all(databases.map(({ id, database }) => checkDatabase(context, id, database, services[0])));
}

async function checkDatabase(
  context: ProviderContext,
  id: string,
  database: string,
  anyService: GateInputs["services"][number] | undefined,
): Promise<CheckResult> {
  const now = await context.now();
  const base = {
    check: checkId("prerequisite", id),
    threshold: "recovery AVAILABLE, from 10 minutes ago or earlier",
    probe: `GET /postgres/{${database}}/recovery`,
    at: now.toISOString(),
  };
  try {
    const postgresId = await findPostgresId(context, database, anyService);
    if (postgresId === undefined) {
      return {
        ...base,
        verdict: "could-not-measure",
        summary: `no database on Render is called "${database}"`,
      };
    }
    const { recoveryStatus, startsAt } = await context.render.getRecovery(postgresId);
    const since = startsAt === undefined ? undefined : Date.parse(startsAt);
    const restorable =
      recoveryStatus === "AVAILABLE" && (since === undefined || since <= now.getTime() - YOUNGEST_MS);
    const from = startsAt === undefined ? "" : ` from ${startsAt} on`;
    const summary = restorable
      ? `${database} can be restored to any moment${from}`
      : `${database} cannot be restored: ${recoveryStatus}${from}. Make a backup of your own, or wait until Render's is ready.`;
    return { ...base, verdict: restorable ? "pass" : "fail", summary, observed: recoveryStatus };
  } catch (error) {
    const summary = `${database}: ${messageOf(error)}`;
    return { ...base, verdict: "could-not-measure", summary };
  }
}

async function findPostgresId(
  context: ProviderContext,
  database: string,
  anyService: GateInputs["services"][number] | undefined,
): Promise<string | undefined> {
  if (database.startsWith("dpg-")) return database;
  const ownerId = anyService === undefined ? undefined : (await context.observed.service(anyService)).ownerId;
  const listed = await context.render.listPostgres({ name: database, ownerId });
  return listed.find(({ name }) => name === database)?.id;
}

/** What the sign-off sheet lacks, and what it holds. */
export interface SignOff {
  missing: string[];
  signed: CheckResult[];
}

/**
 * Whether every item of the phase is signed off in the stack file. A signature from before the phase was live says
 * nothing about it; preparation's items are of before by nature. Dates are those of the stack's time zone.
 */
export function signOff(
  olds: GateOutputs,
  { items = [], acknowledged = {}, phase, stack, timeZone }: GateInputs,
  at: Date,
): SignOff {
  const found: SignOff = { missing: [], signed: [] };
  const file = stack === undefined ? "the stack file" : `Pulumi.${stack}.yaml`;
  const today = DateTime.fromJSDate(at, { zone: timeZone }).toISODate() ?? "";
  const line = (id: string) => `add to acknowledged in ${file}: ${id}: ${today} by <name>`;
  for (const { id, purpose } of items) {
    const text = Object.hasOwn(acknowledged, id) ? acknowledged[id] : undefined;
    const signature = text === undefined ? undefined : parseSignature(text);
    const live = DateTime.fromISO(olds.passedAt ?? olds.verifiedAt, { zone: timeZone }).toISODate() ?? "";
    if (text === undefined || signature === undefined) {
      found.missing.push(`${phase}: not signed off: ${id} (${purpose}); ${line(id)}`);
    } else if (phase !== "preparation" && signature.date < live) {
      found.missing.push(
        `${phase}: ${id} (${purpose}) was signed off on ${signature.date}, before the phase was live (${live}); ${line(id)}`,
      );
    } else {
      found.signed.push({
        check: checkId("acknowledged", id),
        verdict: "pass",
        summary: purpose,
        observed: text,
        probe: `${file}: acknowledged`,
        at: at.toISOString(),
      });
    }
  }
  return found;
}
