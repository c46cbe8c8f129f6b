// Runs commands of the program one after the other in this one process, as its parent sends them: modules are loaded once, and
// Pulumi is asked once (asked-once.ts). All else is as in a process of its own.
import { askAnew, runOne } from "./asked-once";

/** From the parent: run this; interrupt what runs; ask Pulumi anew. */
export type Asked = { run: readonly string[] } | "interrupt" | "forget";

/** To the parent: what it printed so far, and at its end its exit code. */
export interface Told {
  said?: string;
  code?: number;
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
  if (asked === "forget") askAnew();
  else if (asked === "interrupt") process.emit("SIGINT");
  else
    void runOne(asked.run).then(
      (code) => {
        tell({ code });
      },
      (error: unknown) => {
        tell({ said: String(error), code: -1 });
      },
    );
});

function tell(told: Told): void {
  process.send?.(told);
}
