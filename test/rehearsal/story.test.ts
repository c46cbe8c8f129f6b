import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, onTestFinished, test } from "vitest";

import { NotAsExpected } from "../../rehearsal/operator/operator";
import type { Project } from "../../rehearsal/operator/project";
import type { Pulumi, Run } from "../../rehearsal/operator/pulumi";
import { RequestLog } from "../../rehearsal/render/request-log";
import { createScreen } from "../../rehearsal/screen";
import { Person } from "../../rehearsal/story/person";
import { playScenes } from "../../rehearsal/story/play";
import type { World } from "../../rehearsal/world";

interface Played {
  person: Person;
  screen: ReturnType<typeof createScreen>;
  onScreen: () => string;
  inTranscript: () => string;
}

/** A person at a keyboard behind which every command says the same. */
function personWhose(
  command: { ok?: boolean; output?: string; writes?: boolean; live?: Record<string, boolean> },
  verbose = false,
): Played {
  const folder = mkdtempSync(join(tmpdir(), "rehearsal-story-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, "transcript.txt");
  let screenText = "";
  const screen = createScreen(file, verbose, (text) => (screenText += text));
  const requests = new RequestLog();
  const rollout: Pulumi["rollout"] = (_name, _args, onLine) => {
    const output = command.output ?? "";
    for (const line of output.split("\n")) onLine?.(line);
    if (command.writes === true)
      requests.begin({ method: "PUT", route: "PUT /v1/x", status: 200, at: new Date(0), wallMs: 0 });
    const ok = command.ok ?? true;
    return Promise.resolve<Run>({ ok, exitCode: ok ? 0 : 1, steps: [], output, ms: 1234 });
  };
  const world = {
    render: { requests },
    messages: () => [],
    today: () => "2026-11-24",
    flagsLive: () => Promise.resolve(command.live ?? {}),
    migrationsApplied: () => Promise.resolve([]),
    passTime: () => Promise.resolve(),
  } as unknown as World;
  const edits: Record<string, unknown> = {};
  const project = {
    stackFile: "Pulumi.rehearsal.yaml",
    phase: () => "api",
    edit: (changes: Record<string, unknown>) => {
      Object.assign(edits, changes);
      return Object.keys(changes).map((key) => `+ ${key}`);
    },
  } as unknown as Project;
  const person = new Person({
    world,
    project,
    pulumi: { rollout } as unknown as Pulumi,
    screen,
    readOperations: () => [],
  });
  return { person, screen, onScreen: () => screenText, inTranscript: () => readFileSync(file, "utf8") };
}

const LINES = ["one", "two", "three", "four", "five", "Gate api has passed."].join("\n");

test("of a command the screen shows what was typed and the last lines; the transcript holds all", async () => {
  const { person, onScreen, inTranscript } = personWhose({ output: LINES });
  await person.type("advance", ["--yes"]);
  expect(onScreen().split("\n")).toEqual([
    "   $ npx rollout advance --yes",
    "     three",
    "     four",
    "     five",
    "     Gate api has passed.",
    "",
  ]);
  expect(inTranscript()).toContain("     one\n     two\n");
});

test("with --verbose everything is on the screen, each line once", async () => {
  const { person, onScreen } = personWhose({ output: LINES }, true);
  await person.type("advance", []);
  expect(onScreen().match(/Gate api has passed/g)).toHaveLength(1);
  expect(onScreen()).toContain("one");
});

test("the lines that a scene names are shown, in their order, each once", async () => {
  const { person, onScreen } = personWhose({ output: "Gate a\nnoise\nGate b\nGate a" });
  await person.type("advance", [], { shows: [/^Gate/] });
  expect(onScreen().split("\n").slice(1, -1)).toEqual(["     Gate a", "     Gate b"]);
});

test.each([
  ["advance", false, "refused (as expected): nothing was touched", "refused"],
  ["advance", true, "stopped (as expected)", "stopped"],
  ["verify", false, "exit code 1 (as expected): there is something to do", "alarm"],
] as const)("%s that fails, writes: %s, reads as %s", async (name, writes, words, ends) => {
  const { person, onScreen } = personWhose({ ok: false, writes });
  await person.type(name, [], { ends });
  expect(onScreen()).toContain(`     → ${words}`);
  expect(person.recorded[0]).toMatchObject({ result: ends, phase: "api", seconds: 1.2 });
});

test("what ends otherwise than it should, says other words or leaves other flags on is not as expected, with the last lines", async () => {
  const { person } = personWhose({ ok: false, output: "error: no", live: { A: true, B: false } });
  const typing = person.type("advance", ["--yes"], { says: ["Gate"], live: ["B"] });
  await expect(typing).rejects.toThrow(NotAsExpected);
  await expect(typing).rejects.toThrow(
    /it ended "refused", and should have ended "well"\n {2}it did not say Gate\n {2}flags on and live: A; expected B\n {2}\| error: no/,
  );
});

test("signatures add up, with date and name", () => {
  const { person, onScreen } = personWhose({});
  person.sign("a");
  person.sign("b");
  expect(onScreen().match(/\+ acknowledged/g)).toHaveLength(2);
});

const scenesOf = (played: string[]) =>
  ["first", "second", "third"].map((title) => ({
    title,
    play: async (person: Person) => {
      played.push(title);
      await person.type("status", [], title === "third" ? { ends: "stopped" } : {});
    },
  }));

test("scenes are numbered, and the first that is not as expected ends the play with its reason", async () => {
  const { person, screen, onScreen } = personWhose({});
  const played: string[] = [];
  expect(await playScenes(person, scenesOf(played), screen, {})).toContain('"third"');
  expect(played).toEqual(["first", "second", "third"]);
  expect(onScreen()).toContain("── 2/3  second");
});

test("--scene 2 plays what comes before unseen, shows that one and ends; --pause asks before what is shown only", async () => {
  const { person, screen, onScreen, inTranscript } = personWhose({ output: "said" });
  const played: string[] = [];
  let asked = 0;
  const options = { scene: [2, 2] as [number, number], pause: true };
  const waitForEnter = () => {
    asked += 1;
    return Promise.resolve();
  };
  expect(await playScenes(person, scenesOf(played), screen, options, waitForEnter)).toBeUndefined();
  expect([played, asked]).toEqual([["first", "second"], 1]);
  expect(onScreen()).not.toContain("first");
  expect(onScreen()).toContain("Scenes 1 to 1 are played unseen.");
  expect(inTranscript()).toContain("── 1/3  first");
});
