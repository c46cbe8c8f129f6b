import { basename } from "node:path";

import Table from "cli-table3";
import pc from "picocolors";

import type { RecordedStep } from "./operator";

/** What the person in front of a rehearsal sees; everything goes to stdout as it happens. */
export interface Show {
  line(text: string): void;
  title(text: string): void;
  note(text: string): void;
  diff(file: string, lines: string[]): void;
  /** @param words as they are typed. */
  operation(words: string): { line: (text: string) => void; end: (step: RecordedStep) => void };
}

export function createShow(
  scenes: number,
  write: (text: string) => void = (text) => process.stdout.write(text),
): Show {
  let scene = 0;
  const print = (text: string) => {
    write(`${text}\n`);
  };
  return {
    line: print,
    title(text) {
      scene += 1;
      print("");
      print(pc.bold(`── ${scene}/${scenes}  ${text}`));
    },
    note: (text) => {
      print(pc.dim(text));
    },
    diff(file, lines) {
      if (lines.length === 0) return;
      print(pc.dim(`   ${basename(file)}`));
      for (const line of lines) print(`   ${line.startsWith("+") ? pc.green(line) : pc.red(line)}`);
    },
    operation(words) {
      print(pc.cyan(`   $ ${words}`));
      return {
        line: (text) => {
          if (text.trim() !== "") print(pc.dim(`     ${text}`));
        },
        end(step) {
          const { operation, phase } = step;
          const result = step.result === "succeeded" ? pc.green("succeeded") : pc.yellow("refused or failed");
          print(
            `     ${operation} of ${phase}: ${result} in ${step.seconds} s; ${requestsText(step.requests)}`,
          );
        },
      };
    },
  };
}

/** The rehearsal at a glance: a row for each operation. */
export function summaryTable(steps: readonly RecordedStep[]): string {
  const table = new Table({
    head: ["", "step", "phase", "operation", "result", "s", "reads", "writes", "flags live", "migrations"],
    style: { head: pc.isColorSupported ? ["bold"] : [], border: pc.isColorSupported ? ["dim"] : [] },
    colWidths: [null, 46],
    wordWrap: true,
  });
  let scene = 0;
  let last = "";
  for (const step of steps) {
    const first = step.title !== last;
    if (first) scene += 1;
    last = step.title;
    const { reads, writes } = countRequests(step.requests);
    const live = Object.values(step.flagsLive).filter(Boolean).length;
    table.push([
      first ? scene : "",
      first ? step.title : "",
      step.phase,
      step.operation,
      step.result === "succeeded" ? pc.green("ok") : pc.yellow("stopped"),
      { content: step.seconds.toFixed(1), hAlign: "right" },
      { content: reads, hAlign: "right" },
      { content: writes, hAlign: "right" },
      `${live} of ${Object.keys(step.flagsLive).length}`,
      { content: step.migrationsApplied.length, hAlign: "right" },
    ]);
  }
  return table.toString();
}

function requestsText(requests: Record<string, number>): string {
  const { reads, writes } = countRequests(requests);
  return `Render got ${reads} reads and ${writes} writes`;
}

function countRequests(requests: Record<string, number>): { reads: number; writes: number } {
  let reads = 0;
  let writes = 0;
  for (const [route, times] of Object.entries(requests)) {
    if (route.startsWith("GET ")) reads += times;
    else writes += times;
  }
  return { reads, writes };
}
