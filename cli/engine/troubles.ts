import type { EngineEvent } from "@pulumi/pulumi/automation";

import type { Phase } from "../../components/config";
import { takeCodes, type CodedMessage } from "../../components/error-code";
import { commandText } from "../shared/next-command";
import { codedErrorsOf, errorsIn } from "./event-texts";

/** Why an operation did not end well, as an operator needs it. */
export interface Trouble {
  code: TroubleCode;
  /** What happened, in the words of whoever refused. Lines. */
  what: string;
  /** The way out, a line each. */
  next: string[];
  /** Whether anything outside may have been changed before it stopped. */
  touched: boolean;
  lock?: Lock;
}

export type TroubleCode =
  | "INTERRUPTED"
  /** Pulumi itself was ended from outside. */
  | "KILLED"
  | "LOCKED"
  | "GATE_FAILED"
  | "GATE_REFUSED"
  | "DEPLOY_FAILED"
  | "BACKUP_FAILED"
  | "CHECKOUT"
  | "SCHEMA_NEEDED"
  | "MIGRATION_FAILED"
  | "KEY_REFUSED"
  | "NO_RENDER_KEY"
  | "FORBIDDEN"
  | "NO_NETWORK"
  | "NO_STATE_ACCESS"
  | "DISK_FULL"
  /** Pulumi was killed while it wrote its state's file. */
  | "STATE_CUT_OFF"
  | "PASSPHRASE"
  | "CONFIG_INVALID"
  | "FAILED";

/** Who holds a stack, as far as the backend says. */
export interface Lock {
  user?: string;
  host?: string;
  pid?: number;
  since?: string;
}

export interface TroubleFacts {
  events: readonly EngineEvent[];
  /** What Pulumi printed on stderr. */
  output: string;
  interrupted: boolean;
  stack: string;
}

/** What gRPC says when the other process is gone: in the middle of a call, or before the next one. On busy machines, and on Windows, it
 *  is no end of file. @source pulumi/pulumi#15781 and runs of the faults. */
const PROVIDER_GONE =
  /error reading from server: (?:EOF|read (?:tcp|unix) [^\n]*)|connection error: desc = "transport: [^\n]*/g;

/** Sorts a failure: total, and by what was said; what nobody foresaw is repeated as it is. */
export function findTrouble({ events, output, interrupted, stack }: TroubleFacts): Trouble {
  const said = codedErrorsOf(events);
  const printed = takeCodes(errorsIn(output));
  const what = said.length > 0 ? said.map(({ text }) => text).join("\n") : printed.text.trim();
  const codes = [...said.flatMap((error) => error.codes), ...printed.codes];
  const killed = /Command was killed with/.test(what);
  const touched = killed || hasTouched(events);
  const signs = { what, codes, failed: failedKinds(events) };
  const found = interrupted ? INTERRUPTED : (RULES.find((rule) => rule.matches(signs)) ?? OTHER);
  const lock = found.code === "LOCKED" ? lockOf(what) : undefined;
  const words = killed
    ? "Pulumi was killed (or ran out of memory); steps that it had begun may be done."
    : what.replaceAll(
        PROVIDER_GONE,
        "the process that makes the changes was killed (or ran out of memory); what it was at may be done",
      );
  const trouble = { code: found.code, what: words, next: found.next(stack), touched };
  return lock === undefined ? trouble : { ...trouble, lock };
}

/** What happened and the way out, for stderr. @param back the phase to go back to, where it is known. */
export function describeTrouble(
  { code, what, next }: Pick<Trouble, "code" | "what" | "next">,
  back?: Phase,
): string {
  // Our errors bring an advice of their own ("Next: …"). It gives way to `next`, which names the command that was run.
  const said = code === "FAILED" ? what : what.replaceAll(/\s*\bNext: [^\n]*/g, "");
  const lines = next.map((line) => `Next: ${back === undefined ? line : line.replaceAll("<phase>", back)}`);
  return [said, ...lines].join("\n");
}

interface Rule {
  code: TroubleCode;
  matches(signs: Signs): boolean;
  next(stack: string): string[];
}

/** What a failure is told by: our own errors by their codes, Pulumi's by its words. */
interface Signs {
  what: string;
  codes: Omit<CodedMessage, "message">[];
  /** Kinds of the resources whose step failed. */
  failed: ReadonlySet<string>;
}

/** For what Pulumi and its backends say, who give no codes. */
const says =
  (pattern: RegExp) =>
  ({ what }: Signs) =>
    pattern.test(what);

const hasCode =
  (...wanted: string[]) =>
  ({ codes }: Signs) =>
    codes.some(({ code }) => code !== undefined && wanted.includes(code));

const renderAnswered =
  (status: number) =>
  ({ codes }: Signs) =>
    codes.some(({ code, data }) => code === "RENDER_REFUSED" && data["status"] === status);

/** In order: the first that matches counts, so causes stand before what they lead to. */
const RULES: Rule[] = [
  {
    code: "KILLED",
    matches: ({ what }) => /Command was killed with/.test(what) || what.search(PROVIDER_GONE) >= 0,
    next: () => ["run the same command again: it frees the stack and looks before it writes."],
  },
  {
    code: "LOCKED",
    matches: says(/currently locked by|Another update is currently in progress|\[409\] Conflict/),
    next: (stack) => [
      "wait until the other update has ended, if it runs;",
      `if its process is gone, free the stack with \`pulumi cancel --stack ${stack} --yes\` and run the same command again.`,
    ],
  },
  {
    code: "DISK_FULL",
    matches: says(/no space left on device|ENOSPC|disk quota exceeded|EDQUOT|not enough space on the disk/i),
    next: () => [
      "make room on the disk that holds the temporary files and the state, and run the same command again: it looks before it writes.",
    ],
  },
  {
    code: "STATE_CUT_OFF",
    matches: says(/failed to load checkpoint: (unexpected )?(EOF|end of JSON|invalid character)/i),
    next: (stack) => [
      `the state's file of ${stack} was cut off while it was written. Below .pulumi/stacks, where the state lives, put ${stack}.json.bak in the place of ${stack}.json (keep that one aside),`,
      `free the stack with \`pulumi cancel --stack ${stack} --yes\`, and run the same command again: every step looks before it writes.`,
    ],
  },
  {
    code: "PASSPHRASE",
    matches: says(/PULUMI_CONFIG_PASSPHRASE|incorrect passphrase/),
    next: () => [
      "export PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) as when the stack was made.",
    ],
  },
  {
    code: "KEY_REFUSED",
    matches: renderAnswered(401),
    next: (stack) => [
      `create a key in Render's Account Settings, then \`pulumi config set --stack ${stack} --secret renderApiKey\`;`,
      "or export RENDER_API_KEY, where the stack has no key of its own: that one goes first.",
    ],
  },
  {
    code: "NO_RENDER_KEY",
    matches: hasCode("NO_RENDER_KEY"),
    next: () => [],
  },
  {
    code: "FORBIDDEN",
    matches: renderAnswered(403),
    next: (stack) => [
      `in a protected environment only admins change variables: \`pulumi config set --stack ${stack} --secret renderApiKey\` with an admin's key`,
      "(or export RENDER_API_KEY, where the stack has no key of its own), and run the same command again,",
      `or let an admin do it by hand: \`${commandText("rollback", stack)} --full --instructions\` prints the steps.`,
    ],
  },
  {
    code: "NO_NETWORK",
    matches: hasCode("RENDER_UNREACHABLE", "RENDER_TIMEOUT"),
    next: (stack) => [
      "check the network and https://status.render.com, then run the same command again;",
      `without a network from here: \`${commandText("rollback", stack)} --full --instructions\` prints the steps for the dashboard.`,
    ],
  },
  {
    code: "NO_STATE_ACCESS",
    matches: says(
      /PULUMI_ACCESS_TOKEN|pulumi login|could not list (bucket|stacks)|unable to (open|check) bucket|dial tcp|no such host|connection refused/i,
    ),
    next: (stack) => [
      "Pulumi's state cannot be reached: check the network and `pulumi whoami -v`, then `pulumi login <where the state lives>` (docs/state.md);",
      `if it cannot be reached in time: \`${commandText("rollback", stack)} --full --instructions\`.`,
    ],
  },
  {
    code: "CONFIG_INVALID",
    matches: (signs) => hasCode("CONFIG_INVALID")(signs) || says(/configuration is invalid/)(signs),
    next: () => ["mend the file at the position named, and run the same command again."],
  },
  {
    code: "GATE_FAILED",
    matches: (signs) => hasCode("GATE_FAILED")(signs) || signs.failed.has("Gate"),
    next: (stack) => [
      `go back with \`${commandText("rollback", stack)} --to <phase>\`, or mend the cause and run the same command again.`,
    ],
  },
  {
    code: "BACKUP_FAILED",
    matches: ({ codes }) =>
      codes.some(
        ({ code, data }) => code === "OPERATORS_COMMAND_FAILED" && /^backup/.test(String(data["command"])),
      ),
    next: () => [
      "the database was not touched, and no migration was begun. Mend the backup command (its own words are in the file that is named), and run the same command again.",
    ],
  },
  {
    code: "CHECKOUT",
    matches: hasCode("NO_CHECKOUT", "CHECKOUT_DIFFERS"),
    next: () => [
      "no migration was begun: bring the checkout to where it is wanted, and run the same command again.",
    ],
  },
  {
    code: "SCHEMA_NEEDED",
    matches: hasCode("SCHEMA_STILL_NEEDED"),
    next: (stack) => [
      "let the schema stay (take the migration out of acceptDataLoss): flags that are off do not need it gone;",
      `or deploy code that does not need it, and give a new consent with \`${commandText("rollback", stack)} --migrations-only\`.`,
    ],
  },
  {
    code: "MIGRATION_FAILED",
    matches: ({ failed, codes }) =>
      failed.has("Migrations") ||
      failed.has("Command") ||
      codes.some(({ code }) => code?.startsWith("MIGRATION") === true),
    next: (stack) => [
      "the database has what its status says, not more: mend the cause and run the same command again,",
      `or go back with \`${commandText("rollback", stack)} --to preparation\`.`,
    ],
  },
  {
    code: "DEPLOY_FAILED",
    matches: ({ failed }) => failed.has("Deploy") || failed.has("FeatureFlag"),
    next: (stack) => [
      `go back with \`${commandText("rollback", stack)} --to <phase>\`; what was live before still is, unless it says otherwise.`,
    ],
  },
  {
    code: "GATE_REFUSED",
    matches: hasCode("GATE_REFUSED", "PHASE_SKIPPED", "SCHEDULE_SHUT"),
    next: () => [
      "wait for what is named, or write the line that is named into the stack file; then run the same command again. A rollback is never refused by it.",
    ],
  },
];

const INTERRUPTED: Rule = {
  code: "INTERRUPTED",
  matches: () => true,
  next: () => [],
};

const OTHER: Rule = {
  code: "FAILED",
  matches: () => true,
  next: (stack) => [
    "run the same command again: every step looks before it writes;",
    `or go back with \`${commandText("rollback", stack)} --to <phase>\`.`,
  ],
};

/** Last parts of the types of the resources whose step failed. */
export function failedKinds(events: readonly EngineEvent[]): Set<string> {
  return new Set(
    events.flatMap(({ resOpFailedEvent: event }) =>
      event === undefined ? [] : [event.metadata.type.split(":").at(-1) ?? ""],
    ),
  );
}

const EFFECTS = new Set(["FeatureFlag", "Deploy", "Migrations", "Command", "Gate"]);

/** What began has perhaps changed something, if only the phases' memory. */
function hasTouched(events: readonly EngineEvent[]): boolean {
  return events.some(({ resourcePreEvent: event }) => {
    if (event === undefined || event.planning === true) return false;
    const { op, type } = event.metadata;
    return op !== "same" && op !== "delete" && EFFECTS.has(type.split(":").at(-1) ?? "");
  });
}

/** @source pkg/backend/diystate/lock.go: "created by user@host (pid 123) at 2026-11-24T21:05:10Z". */
function lockOf(what: string): Lock {
  const found = /created by ([^@\s]+)@(\S+) \(pid (\d+)\) at (\S+)/.exec(what);
  if (found === null) return {};
  const [, user = "", host = "", pid = "", since = ""] = found;
  return { user, host, pid: Number(pid), since };
}
