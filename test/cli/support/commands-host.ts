// Runs commands of the program one after the other in this one process, as its parent sends them: modules are loaded once, and
// what Pulumi's state, config and history say is asked once as long as nothing changes. All else is as in a process of its own.
import * as opening from "../../../cli/engine/open-engine";
import type { Engine } from "../../../cli/engine/port";
import { execute, type CommandModule } from "../../../cli/shared/run-command";

/** From the parent: run this; interrupt what runs; ask Pulumi anew. */
export type Asked = { run: readonly string[] } | "interrupt" | "forget";

/** To the parent: what it printed so far, and at its end its exit code. */
export interface Told {
  said?: string;
  code?: number;
}

const LOOKS = ["state", "previewRefresh", "preview", "secret"] as const;
const { openEngine } = opening;
let open: Promise<Engine> | undefined;
let answers = new Map<string, Promise<unknown>>();

(opening as { openEngine: typeof openEngine }).openEngine = async (place) => {
  open ??= openEngine(place).then(askedOnce);
  return open;
};

function askedOnce(engine: Engine): Engine {
  const once =
    <T>(name: string, ask: (...args: never[]) => Promise<T>) =>
    (...args: unknown[]): Promise<T> => {
      const key = JSON.stringify([name, args.map((each) => (typeof each === "string" ? each : ""))]);
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
      answers = new Map();
      return engine.up(watch);
    },
  };
}

for (const stream of [process.stdout, process.stderr])
  stream.write = (text: string | Uint8Array, ...more: unknown[]) => {
    tell({ said: String(text) });
    (more.at(-1) as (() => void) | undefined)?.();
    return true;
  };
// What shows a picture again and again wants a terminal.
Object.assign(process.stdout, { isTTY: true, columns: 160, rows: 50 });

process.on("message", (asked: Asked) => {
  if (asked === "forget") answers = new Map();
  else if (asked === "interrupt") process.emit("SIGINT");
  else
    void run(asked.run).then(
      (code) => {
        tell({ code });
      },
      (error: unknown) => {
        tell({ said: String(error), code: -1 });
      },
    );
});

async function run([name = "", ...args]: readonly string[]): Promise<number> {
  const found = (await import(`../../../cli/${name}`)) as Record<string, CommandModule>;
  const { command, run: act } = found[`${name}Command`]!;
  return execute(command, act, ["node", name, ...args]);
}

function tell(told: Told): void {
  process.send?.(told);
}
