// Runs commands of the program one after the other on this process' terminal, as they arrive on a socket; Pulumi is asked once
// (asked-once.ts). Behind each stands a mark with its exit code, so that whoever reads along knows its end.
import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

import { guardOutput } from "../../../cli/shared/guarded-output";
import { askAnew, runOne } from "./asked-once";

/** Run this on a terminal of this size. With `anew`, something has changed since the last one. */
export interface Sent {
  run: readonly string[];
  columns: number;
  rows: number;
  anew: boolean;
}

const mark = process.stdout.write.bind(process.stdout);
guardOutput();
for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const socket = connect(process.argv[2] ?? "");
socket.on("close", () => process.exit());
createInterface({ input: socket }).on("line", (line) => {
  const sent = JSON.parse(line) as Sent;
  void run(sent).then(
    (code) => mark(endMark(code)),
    (error: unknown) => mark(`${String(error)}${endMark(255)}`),
  );
});

async function run({ run: words, columns, rows, anew }: Sent): Promise<number> {
  if (anew) askAnew();
  // None takes its listeners away: they would end with its process.
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  execFileSync("stty", ["cols", String(columns), "rows", String(rows)], { stdio: "inherit" });
  // The terminal tells of its new size by a signal.
  const streams = [process.stdout, process.stderr];
  while (streams.some((stream) => stream.columns !== columns || stream.rows !== rows)) await delay(2);
  return runOne(words);
}

/** A private sequence of the terminal: no command of ours prints one. */
function endMark(code: number): string {
  return `\u001B_ended ${code}\u001B\\`;
}
