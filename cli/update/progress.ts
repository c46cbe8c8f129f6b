import type { EngineEvent } from "@pulumi/pulumi/automation";
import pc from "picocolors";

import { ADOPTED } from "../../components/providers/revision";
import { isAboutOneFlag, readLine } from "../../components/told-lines";
import { clean } from "../engine/event-texts";
import { list, record, text } from "../log/lenient";

export interface ProgressPorts {
  /** Prints a line that stays. */
  words: (line: string) => void;
  /** Keeps a line for whoever looks on, where this terminal shows it in place. */
  log?: (line: string) => void;
  /** Shows these lines in place, below what stays; absent where there is no terminal to do it in. */
  live?: ((lines: readonly string[]) => void) | undefined;
  /** Milliseconds. */
  now: () => number;
}

export interface Progress {
  onEvent(event: EngineEvent): void;
  /** Called every second or so: what runs shows how long it has been running. */
  tick: () => void;
  /** Takes away what was shown in place. */
  end(): void;
}

interface Running {
  what: string;
  beganMs: number;
  /** What it said last, and when. */
  said: string;
  saidMs: number;
}

/** Where nothing can be shown in place, what runs is told so often: milliseconds. */
const TOLD_EVERY_MS = 15_000;

/**
 * Turns an update's events into lines as they happen: what begins, what it says, what is done. Ticked is what was done; what
 * there was nothing to do for says so. Everything that a provider says reaches the screen.
 */
export function createProgress({ words, live, now, log }: ProgressPorts): Progress {
  const running = new Map<string, Running>();
  let acted = false;

  const draw = () => {
    live?.([...running.values()].map((each) => pc.dim(liveLine(each, now()))));
  };
  const print = (line: string) => {
    live?.([]);
    words(line);
  };

  return {
    onEvent({
      resourcePreEvent: pre,
      resOutputsEvent: done,
      resOpFailedEvent: failed,
      diagnosticEvent: said,
    }) {
      if (pre !== undefined && isShown(pre.metadata)) {
        const [what, at] = [describe(pre.metadata), now()];
        running.set(pre.metadata.urn, { what, beganMs: at, said: "", saidMs: at });
        acted = true;
        const begins = `  ${pc.cyan("…")} ${what}`;
        if (live === undefined) words(begins);
        else log?.(begins);
      }
      if (done !== undefined && running.has(done.metadata.urn)) {
        print(doneLine(done.metadata, running.get(done.metadata.urn), now()));
        running.delete(done.metadata.urn);
      }
      if (failed !== undefined) {
        running.delete(failed.metadata.urn);
        print(`  ${pc.red("✗")} ${describe(failed.metadata)}`);
      }
      if (said !== undefined) tell(said);
      draw();
    },
    tick() {
      if (live !== undefined) {
        draw();
        return;
      }
      for (const each of running.values()) {
        if (now() - each.saidMs < TOLD_EVERY_MS) continue;
        each.saidMs = now();
        words(pc.dim(`  … ${each.what}, for ${secondsText(now() - each.beganMs)}`));
      }
    },
    end() {
      live?.([]);
    },
  };

  function tell({ severity, message, urn }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const isWarning = severity === "warning";
    // Before the first step the program only repeats what is declared; a warning is said whenever it comes.
    if (!isWarning && !(severity.startsWith("info") && acted)) return;
    for (const line of toldLines(message)) {
      const own = urn === undefined ? undefined : running.get(urn);
      for (const each of own === undefined ? running.values() : [own]) {
        each.said = line;
        each.saidMs = now();
      }
      print(isWarning ? pc.yellow(`      ! ${line}`) : pc.dim(`      ${line}`));
    }
  }
}

function liveLine({ what, beganMs, said }: Running, now: number): string {
  return `  … ${what}, for ${secondsText(now - beganMs)}${said === "" ? "" : `: ${said}`}`;
}

function doneLine(metadata: Metadata, begun: Running | undefined, now: number): string {
  const nothing = nothingDone(metadata);
  const took = `${((now - (begun?.beganMs ?? now)) / 1000).toFixed(1)} s`;
  return nothing === undefined
    ? `  ${pc.green("✓")} ${describe(metadata)}${pc.dim(` ${took}`)}`
    : pc.dim(`  · ${describe(metadata)}: ${nothing}`);
}

function secondsText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

function isShown({ op, type }: Metadata): boolean {
  return op !== "same" && op !== "refresh" && kindOf(type) in WORDS;
}

const WORDS: Record<string, (name: string, metadata: Metadata) => string> = {
  FeatureFlag: (name, metadata) => `${name} = ${inputOf(metadata, "value")}`,
  Deploy: (name) => `deploy of ${name.replace(/^deploy-/, "")}`,
  Migrations: (name) => name,
  Command: (name) => name,
  Gate: (name, metadata) => {
    const what =
      metadata.op === "delete"
        ? "is forgotten"
        : inputOf(metadata, "state") !== "closed"
          ? "verifies"
          : metadata.old?.inputs["state"] === "closed"
            ? "takes the baseline again"
            : "closes";
    return `${name.replace(/^gate-/, "gate ")}: ${what}`;
  },
};

/** Why a step of the engine touched nothing outside, by what it left; undefined where it did something, or nobody can tell. */
function nothingDone({ op, type, old, new: news }: Metadata): string | undefined {
  if (op === "delete") return undefined;
  const after = record(news?.outputs);
  const before = record(old?.outputs);
  switch (kindOf(type)) {
    case "FeatureFlag":
      return after["revision"] === ADOPTED ? "Render has it so already, nothing was written" : undefined;
    case "Deploy": {
      const id = after["deployId"];
      if (typeof id !== "string" || id === "") return undefined;
      const isOld = op === "create" ? after["how"] === undefined : id === before["deployId"];
      return isOld ? `nothing to deploy, ${id} is live` : undefined;
    }
    case "Migrations": {
      const [now, then] = [after["applied"], before["applied"] ?? []];
      if (!Array.isArray(now) || !Array.isArray(then)) return undefined;
      const ours = op === "create" ? list(after["target"]).length > 0 : now.join() !== then.join();
      return ours ? undefined : "the schema stays as it is";
    }
    case "Command":
      return after["stdout"] === "" ? "not needed by this update" : undefined;
    default:
      return undefined;
  }
}

function inputOf({ new: news }: Metadata, key: string): string {
  return text(record(news?.inputs)[key]);
}

function describe(metadata: Metadata): string {
  const name = metadata.urn.split("::").at(-1) ?? "";
  return WORDS[kindOf(metadata.type)]?.(name, metadata) ?? `${metadata.op} ${name}`;
}

function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

function toldLines(message: string): string[] {
  return clean(message)
    .split("\n")
    .map((line) => line.replace(/^warning: /, ""))
    .filter((line) => line.trim() !== "" && !isAboutOneFlag(readLine(line)));
}
