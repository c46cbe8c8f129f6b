import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { chooseEngine } from "../../rehearsal/operator/engine";
import { startSmallWorld } from "../support/small-world";
import { canary, leaksIn, plainCanary, startEchoingOutside, type Outside } from "./support/canaries";
import { commandsInOneProcess, type Commands, type Ran } from "./support/commands-in-one-process";
import { PROGRAM_COMMANDS } from "./support/program-commands";
import { openStage, type Stage } from "./support/stage";
import { runTyped } from "./support/typed-process";
import { leaksInFiles, watchOutside, type Watched } from "./support/watch-outside";

/** Far more than it takes: a busy machine is no failure. */
const MINUTES_10 = 600_000;
const PROGRAM = join(__dirname, "..", "..", "cli", "rollout.mjs");
const BACKEND = "felix-hub-backend";

const API_KEY = plainCanary("key+of/render=%41");
const ENVIRONMENT = {
  PULUMI_CONFIG_PASSPHRASE: plainCanary("passphrase"),
  SMOKE_TOKEN: plainCanary("smoke/token=1"),
  AWS_SECRET_ACCESS_KEY: canary("state"),
  GITHUB_TOKEN: plainCanary("runner"),
};
/** In the stack file, encrypted. */
const STACK = { telegramBotToken: `987654321:${plainCanary("bot")}`, smokePassword: canary("smoke") };
/** Prints on both streams every secret that it was given, and fails; the line itself holds none. */
const ECHO = "env | grep c[4]nary; env | grep c[4]nary >&2; exit 3";
/** Loaded before a command: its first look at the stack file ends as no code of ours foresees. */
const CRASH = `
  const fs = require("node:fs");
  const { readFileSync } = fs;
  const fail = () => {
    const secrets = Object.values(process.env).filter((value) => value.includes("c4nary"));
    throw Object.assign(new Error("\\u001b]8;;x\\u0007unexpected: " + secrets.join(" ")), { secrets });
  };
  fs.readFileSync = (path, ...more) => {
    if (!String(path).endsWith("Pulumi.rehearsal.yaml")) return readFileSync(path, ...more);
    if (process.env.CRASH_LATER === undefined) fail();
    setImmediate(async () => fail());
    return readFileSync(path, ...more);
  };`;

let outside: Outside;
let stage: Stage;
let commands: Commands;
let watched: Watched;
let home: string;
const ran: Ran[] = [];

async function run(args: readonly string[], enough?: (said: string) => Promise<boolean> | boolean) {
  const done = await commands.run(args, enough);
  ran.push(done);
  return done;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "canaries-"));
  mkdirSync(join(home, "tmp"), { mode: 0o700 });
  let databaseUrl = "";
  outside = await startEchoingOutside(() => databaseUrl);
  databaseUrl = `postgres://felix:${encodeURIComponent(canary("database"))}@127.0.0.1:${outside.databasePort}/felix`;
  const config = {
    phase: "migrations",
    adopt: "migrations",
    backup: { command: ECHO },
    telegram: { chatId: "-100123", apiUrl: outside.url },
    notifications: { query: "SELECT 0 AS failed, 0 AS sent" },
    smoke: {
      echoed: {
        phase: "preparation",
        service: BACKEND,
        path: "/echo",
        headers: { Authorization: "Bearer {smokeToken}", "X-Password": { secret: "smokePassword" } },
        json: { authorization: "none", "x-password": "none" },
        status: 200,
      },
    },
  };
  stage = await openStage(chooseEngine("embedded").executable, config, async () => {
    const world = await startSmallWorld({ apiKey: API_KEY });
    const env = { ...ENVIRONMENT, DATABASE_URL: databaseUrl, HOME: home, TMPDIR: join(home, "tmp") };
    return { ...world, env: () => ({ ...env, XDG_STATE_HOME: join(home, "state") }) };
  });
  for (const [name, value] of Object.entries(STACK))
    await stage.pulumi.command(["config", "set", "--secret", name, "--stack", "rehearsal"], value);
  commands = commandsInOneProcess(stage.project.directory, { ...process.env, ...stage.env });
  watched = watchOutside(join(home, "tmp"));
}, MINUTES_10);

afterAll(async () => {
  watched.stop();
  commands.stop();
  await stage.stop();
  await outside.stop();
  rmSync(home, { recursive: true, force: true });
}, MINUTES_10);

// One evening on which everything outside repeats what it was given. Each test looks at more of what it left behind.
it(
  "no command prints a secret, whatever backup, migration, service, database, Render and the team's chat repeat of it",
  async () => {
    await run(["review"]);
    await run(["review", "--json"]);
    const backup = await run(["advance", "--yes"]);
    expect(backup.said).toMatch(
      /backup ended with exit code 3 .* which only you can read; it may hold secrets/,
    );

    const { runner } = stage.world.stackConfig() as { runner: { commands: object } };
    const failing = { ...runner, commands: { ...runner.commands, apply: ["sh", "-c", ECHO] } };
    stage.project.edit({ backup: { command: "true" }, runner: failing });
    const { exitCode: code, output: said } = await stage.pulumi.run("up");
    ran.push({ args: ["(pulumi up)"], code, said });
    expect(said).toMatch(/failed: it ended with exit code 3:\s+(?:\S+=\S*\[secret\]\S*\s+)+/);

    const back = await run(["rollback", "--full", "--yes"]);
    expect(back.said).toContain("smoke echoed: fail");
    expect(back.said).toContain("the team was not told: Telegram sendMessage: 400 Bad Request: POST /bot");

    commands.forget();
    for (const args of [
      ...[["status"], ["status", "--json"], ["status", "--offline"], ["verify"], ["verify", "--json"]],
      ...[["watch", "--rounds", "1", "--json"], ["doctor"], ["doctor", "--json"], ["drift"], ["log"]],
      ...[["log", "--json"], ["report"], ["monitor", "--now"], ["rollback", "--full", "--instructions"]],
    ])
      await run(args);
    await run(["status", "--watch"], (shown) => shown.includes("✗ preparation"));
    const pages = await dashboard();
    expect(pages).toContain("smoke echoed");

    const body = { message: `${API_KEY} (${encodeURIComponent(API_KEY)}, Bearer ${API_KEY}) is not known` };
    stage.world.render.faults.add({ times: Infinity, fault: { kind: "answer", status: 401, body } });
    const refused = await run(["status"]);
    expect(refused.said).toContain('Render says: "[secret] ([secret], Bearer [secret]) is not known"');
    for (const args of [["verify"], ["doctor"], ["monitor", "--now"]]) await run(args);

    expect(
      new Set(ran.flatMap(({ args: [name = ""] }) => (PROGRAM_COMMANDS.includes(name) ? [name] : []))),
    ).toEqual(new Set(PROGRAM_COMMANDS));
    expect(ran.map(({ args, said: text }) => [args.join(" "), leaksIn(text)])).toEqual(
      ran.map(({ args }) => [args.join(" "), []]),
    );
    expect(leaksIn(pages)).toEqual([]);
  },
  MINUTES_10,
);

it.each(["at once", "in a promise that nobody awaits"])(
  "a command that crashes prints none either: %s",
  async (when) => {
    const preload = join(home, "crash.cjs");
    writeFileSync(preload, CRASH);
    const env = {
      ...process.env,
      ...stage.env,
      NODE_OPTIONS: `--require ${preload}`,
      ...(when === "at once" ? {} : { CRASH_LATER: "1" }),
    };
    const crashed = await runTyped([process.execPath, PROGRAM, "status"], {
      cwd: stage.project.directory,
      env,
    });
    expect(crashed.code).toBe(1);
    expect(crashed.stderr).toMatch(/Error: unexpected: \[secret\][^]*\n {4}at /);
    expect(leaksIn(crashed.stdout + crashed.stderr)).toEqual([]);
  },
);

it("no file keeps one: state, its copies and history, logs, evidence, reports; a command's own words are for their owner alone", () => {
  const { directory } = stage.project;
  const kept = leaksInFiles(directory, { without: ["node_modules", "components", "cli"] });
  expect(kept.leaks).toEqual([]);
  for (const part of ["rehearsal.json", "rehearsal.json.bak", "report.html", "report.md", "failures.jsonl"])
    expect(kept.names).toContain(part);
  const words = leaksInFiles(join(home, "state"));
  expect(words.names.join()).toMatch(/^backup-.*\.log$/);
  expect(words.leaks).not.toEqual([]);
  expect(words.readable).toEqual([]);
  expect(leaksInFiles(join(home, "tmp")).leaks).toEqual([]);
});

it("none stands in the process list, or in a temporary file that others could read, at any moment of it", () => {
  expect(watched.looks()).toBeGreaterThan(20);
  expect(watched.files()).toContain("Pulumi.rehearsal.yaml");
  expect(watched.found()).toEqual([]);
});

/** The page and the first of its stream of events. */
async function dashboard(): Promise<string> {
  let pages = "";
  await run(["dashboard"], async (said) => {
    const address = /http:\/\/\S+/.exec(said)?.[0];
    if (address === undefined) return false;
    pages = await (await fetch(address)).text();
    if (!pages.includes("smoke echoed")) return false;
    const { body } = await fetch(`${address}events`);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    while (!pages.includes("data: ")) pages += (await reader?.read())?.value ?? "";
    await reader?.cancel();
    return true;
  });
  return pages;
}
