// For commands that run one after the other in one process: what Pulumi's state, config and history say is asked once as long as
// nothing changes, and a preview once for each content of the stack file. Whoever changes something outside says so: askAnew.
import { readFileSync } from "node:fs";

import * as opening from "../../../cli/engine/open-engine";
import type { Engine } from "../../../cli/engine/port";
import { execute, type CommandModule } from "../../../cli/shared/run-command";

const LOOKS = ["state", "previewRefresh", "preview", "secret"] as const;
const { openEngine } = opening;
let open: Promise<Engine> | undefined;
let answers = new Map<string, Promise<unknown>>();

(opening as { openEngine: typeof openEngine }).openEngine = async (place) => {
  open ??= openEngine(place).then(askedOnce);
  return open;
};

export function askAnew(): void {
  answers = new Map();
}

/** Runs a command of the program. @returns its exit code. */
export async function runOne([name = "", ...args]: readonly string[]): Promise<number> {
  const found = (await import(`../../../cli/${name}`)) as Record<string, CommandModule>;
  const { command, run } = found[`${name}Command`]!;
  return execute(command, run, ["node", name, ...args]);
}

function askedOnce(engine: Engine): Engine {
  const once =
    <T>(name: string, ask: (...args: never[]) => Promise<T>) =>
    (...args: unknown[]): Promise<T> => {
      const key = JSON.stringify([name, ...args.map(told)]);
      const known = answers.get(key) ?? ask(...(args as never[]));
      answers.set(key, known);
      return known as Promise<T>;
    };
  const looks = Object.fromEntries(
    LOOKS.map((name) => [name, once(name, engine[name] as (...args: never[]) => Promise<unknown>)]),
  );
  const { past } = engine;
  if (past === undefined) throw new Error("this engine tells no history");
  return {
    ...engine,
    ...looks,
    past: { updates: once("updates", past.updates), states: once("states", past.states) },
    up: (watch) => {
      askAnew();
      return engine.up(watch).finally(askAnew);
    },
  };
}

/** What an answer depends on: words, and what stands in the stack file that is shown. */
function told(arg: unknown): string {
  if (typeof arg === "string") return arg;
  const { configFile } = (arg ?? {}) as { configFile?: string };
  return configFile === undefined ? "" : readFileSync(configFile, "utf8");
}
