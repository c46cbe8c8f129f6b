import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";

import { quote } from "shell-quote";
import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { startSmallWorld } from "../support/small-world";
import { commandsOnTerminal, type CommandsOnTerminal } from "./support/commands-on-terminal";
import { PROGRAM_COMMANDS } from "./support/program-commands";
import { openStage, type Stage } from "./support/stage";
import { hasTerminals, runTyped, type Typed } from "./support/typed-process";

/** Far more than any step takes: a busy machine is no failure. */
const MINUTES_10 = 600_000;
const ROOT = join(__dirname, "..", "..");

const CTRL_C = "\u0003";
const PICTURE_ENDS = "\u001B[?2026l";

/** What is typed, the exit code, and the keys that a question gets. */
interface Screen {
  name: string;
  args: string[];
  code: number;
  typed?: Typed[];
  /** As a process of its own: what the program says before it knows the command. */
  alone?: true;
  /** What is another one on other machines and at other hours. */
  without?: RegExp;
  /** What stands in that part all the same. */
  shows?: RegExp;
}

/** What an update does side by side comes in any order, and how often it was probed meanwhile is no matter of its words. */
const UPDATE = /^Update:.*?(?=^gate ui did not pass|^After the rollback|^Gate api has passed)/ms;
/** Where Node and the clock of this machine are. */
const MACHINE = /^│ . │ (?:runner \S*node|clock Render) (?:.*\n(?:│ {3}│.*\n)*)/gm;
/** What the clock of this machine says of the schedule. */
const SCHEDULE = /^Next: .*?(?=^Not looked at)/ms;

/** Looked at while phase api soaks: they change nothing. */
const COMMANDS: Screen[] = [
  { name: "help", args: ["--help"], code: 0, alone: true },
  { name: "status", args: ["status"], code: 0 },
  { name: "verify", args: ["verify"], code: 0 },
  { name: "watch", args: ["watch", "--rounds", "2", "--every", "1"], code: 0 },
  { name: "advance-too-early", args: ["advance"], code: 1, typed: [] },
  { name: "review", args: ["review"], code: 0 },
  { name: "drift", args: ["drift"], code: 0 },
  { name: "rollback-asked", args: ["rollback", "--full"], code: 1, typed: [{ at: "[y/N]", text: "n\r" }] },
  { name: "rollback-instructions", args: ["rollback", "--full", "--instructions"], code: 0 },
  { name: "monitor", args: ["monitor"], code: 0 },
  { name: "log", args: ["log"], code: 0 },
  { name: "doctor", args: ["doctor"], code: 1, without: MACHINE },
  { name: "report", args: ["report"], code: 0 },
  { name: "dashboard", args: ["dashboard"], code: 0, typed: [{ at: "anybody else.", text: CTRL_C }] },
  { name: "status-offline", args: ["status", "--offline"], code: 0, without: SCHEDULE },
  {
    name: "status-watch",
    args: ["status", "--watch"],
    code: 0,
    // Behind the whole picture: the terminal's echo would stand in the middle of it.
    typed: [
      { at: "Its gate passed", text: "" },
      { at: PICTURE_ENDS, text: CTRL_C },
    ],
  },
  { name: "completion", args: ["completion", "bash"], code: 0, alone: true },
  { name: "completion-of-nothing", args: ["completion"], code: 2, alone: true },
  { name: "slip", args: ["stauts"], code: 2, alone: true },
  ...PROGRAM_COMMANDS.map((name) => ({ name: `help-${name}`, args: [name, "--help"], code: 0 })),
];

interface Shown {
  code: number;
  stdout: string;
}

/** What brings phase api about, before all else is looked at. */
const ADVANCE: Screen = {
  name: "advance-done",
  args: ["advance"],
  code: 0,
  without: UPDATE,
  shows: /✓ ENABLE_CAR_NUMBER = true.*The update is done.*zero-downtime felix-hub-backend/s,
  typed: [{ at: "[y/N]", text: "y\r" }],
};

/** What changes something, in this order: from phase api on to the next, and back to it. The small screen is the narrow one. */
const EVENING: (Screen & { before?: (stage: Stage) => Promise<void> | void })[] = [
  {
    name: "advance-fails",
    args: ["advance"],
    code: 1,
    without: UPDATE,
    shows: /Update:\n {2}The way back: .*✓ ENABLE_UI_REFRESH = true.*✗ gate ui: verifies/s,
    typed: [{ at: "[y/N]", text: "y\r" }],
    before: async ({ world }) => {
      await world.passTime(20);
      world.breakFlag("ENABLE_UI_REFRESH");
    },
  },
  { name: "status-red", args: ["status"], code: 1 },
  { name: "verify-red", args: ["verify"], code: 1 },
  {
    name: "rollback-done",
    args: ["rollback", "--to", "api"],
    code: 0,
    without: UPDATE,
    shows: /✓ ENABLE_UI_REFRESH = false.*✓ │ felix-hub-backend live.*✓ │ gate api/s,
    typed: [{ at: "[y/N]", text: "y\r" }],
    before: ({ world }) => {
      world.mend();
    },
  },
  {
    name: "drift-found",
    args: ["drift"],
    code: 1,
    before: ({ world }) => {
      world.flipInDashboard("felix-hub-backend", "ENABLE_CAR_NUMBER", "false");
    },
  },
];

const SMALL = { columns: 80, rows: 24 };
const SIZES = [SMALL, { columns: 160, rows: 50 }];

let stage: Stage;
let terminal: CommandsOnTerminal;
let advanced: Shown;
/** The stack file while phase api soaks. */
let file: string;

beforeAll(async () => {
  if (!hasTerminals) return;
  stage = await openStage(chooseEngine("embedded").executable, {}, startSmallWorld);
  terminal = await commandsOnTerminal(stage.project.directory, environment());
  for (const phase of ["preparation", "migrations"]) {
    stage.project.edit({ phase });
    await stage.up();
  }
  advanced = await terminal.run({ run: ADVANCE.args, ...SMALL, anew: true }, ADVANCE.typed);
  if (advanced.code !== 0) throw new Error(advanced.stdout);
  file = readFileSync(stage.project.stackFile, "utf8");
}, MINUTES_10);
afterAll(async () => {
  if (!hasTerminals) return;
  await terminal.stop();
  await stage.stop();
}, MINUTES_10);

// Without `script` there is no terminal: loudly skipped, as nothing else looks at what an operator sees.
describe.skipIf(!hasTerminals).each(SIZES)("on a terminal of $columns × $rows", (size) => {
  it.each(COMMANDS)("$name", (screen) => look(screen, size), MINUTES_10);

  it("none of them has changed the stack file: not what was refused, not what got a no", () => {
    expect(readFileSync(stage.project.stackFile, "utf8")).toBe(file);
  });
});

describe.skipIf(!hasTerminals)("an evening on a terminal of 80 × 24", () => {
  it("advance-done", () => compare(ADVANCE, advanced, SMALL));

  it.each(EVENING)(
    "$name",
    async ({ before, ...screen }) => {
      await before?.(stage);
      await look(screen, SMALL, { anew: true });
    },
    MINUTES_10,
  );
});

async function look(screen: Screen, size: (typeof SIZES)[number], { anew } = { anew: false }): Promise<void> {
  const { args, typed = [], alone } = screen;
  const ended = await (alone === true
    ? typedAlone(args, size, typed)
    : terminal.run({ run: args, ...size, anew }, typed));
  await compare(screen, ended, size);
}

async function compare(
  { name, code, without, shows }: Screen,
  ended: Shown,
  size: (typeof SIZES)[number],
): Promise<void> {
  expect(ended.code, ended.stdout).toBe(code);
  const screen = lastScreen(ended.stdout);
  for (const line of screen.split("\n").filter((each) => /^[│┌├└]/.test(each)))
    expect(stringWidth(line), line).toBeLessThanOrEqual(size.columns);
  const shown = without === undefined ? screen : screen.replace(without, "…\n");
  if (shows !== undefined) expect(screen).toMatch(shows);
  await expect(steady(shown)).toMatchFileSnapshot(`golden/screens/${name}-${size.columns}x${size.rows}.txt`);
}

function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ...stage.env, TERM: "xterm", ROLLOUT_CALLED_AS: "npx rollout" };
}

/** As somebody at the keyboard starts it: a process for this command. */
function typedAlone(args: string[], { columns, rows }: (typeof SIZES)[number], typed: Typed[]) {
  const program = [process.execPath, join(ROOT, "cli", "rollout.mjs"), ...args];
  const shell = `stty cols ${columns} rows ${rows}; exec ${quote(program)}`;
  return runTyped(["sh", "-c", shell], { cwd: stage.project.directory, env: environment() }, typed);
}

/** What stands there at the end; of a window that was drawn again and again the last picture, and what it left behind. */
function lastScreen(output: string): string {
  const pictures = output.split("\u001B[?2026h").map((part) => part.split(PICTURE_ENDS)[0] ?? "");
  const left = output.split("\u001B[?1049l")[1];
  const whole =
    left === undefined
      ? withoutReplaced(output)
      : `${pictures.at(-1) ?? ""}\n--- when it has ended:\n${left}`;
  return stripVTControlCharacters(whole).replaceAll("\r", "").trimEnd();
}

/** Lines that were shown in place are gone at the end: from the sequence that goes back on, they are written over. */
function withoutReplaced(output: string): string {
  let kept: string[] = [""];
  for (const [index, part] of output.split(/(\r(?:\u001B\[\d+A)?\u001B\[J)/).entries()) {
    if (index % 2 === 1) {
      const up = Number(/\[(\d+)A/.exec(part)?.[1] ?? 0);
      kept = [...kept.slice(0, kept.length - 1 - up), ""];
      continue;
    }
    const [first = "", ...more] = part.split("\n");
    kept = [...kept.slice(0, -1), `${kept.at(-1) ?? ""}${first}`, ...more];
  }
  return kept.join("\n");
}

/** Without what is another one each time: times, figures, ids, addresses; and without the widths that follow from them. */
function steady(screen: string): string {
  return (
    screen
      .replaceAll(/^Engine: .*$/gm, "Engine: <path>")
      .replaceAll(/\(by [^)]+\)/g, "(by <operator>)")
      .replaceAll(/https?:\/\/127\.0\.0\.1:\d+/g, "<address>")
      .replaceAll(/(<address>\/)[\w-]{32}\//g, "$1<token>/")
      .replaceAll("^C", "")
      .replaceAll(/\b(dep|srv|own|tea)-[a-z0-9]{8,}/g, "$1-…")
      .replaceAll(/\/tmp\/[\w./-]+/g, "<path>")
      .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, "<date>")
      .replaceAll(/\b\d\d:\d\d(:\d\d)?\b/g, "<time>")
      .replaceAll(/\b(\d+d)?(\d+h)?\d+m\d+s\b/g, "<duration>")
      .replaceAll(/\b\d+d\d+h\b|\b\d+h\d+m\b/g, "<duration>")
      .replaceAll(/\b\d+(\.\d+)? ?(ms|s)\b/g, "<n> $2")
      .replaceAll(/[+-]?\d+(\.\d+)? %/g, "<n> %")
      // The first report makes the file, and each later one finds it.
      .replaceAll(/^(Made|Next: fill in) (?=report-notes)/gm, "Next: fill in ")
      .replaceAll(/(bad answers in a )(row of) \d+/g, "$1$2 <n>")
      .replaceAll(/[▁▂▃▄▅▆▇█·]{2,}/g, "<trend>")
      .replaceAll(/─+/g, "─")
      .split("\n")
      .map((line) => line.replaceAll(/ {2,}/g, "  ").trimEnd())
      .join("\n")
  );
}
