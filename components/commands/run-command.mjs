// Runs a command of the operator's own (a backup, a smoke test) for Pulumi's command plugin, which puts all that a failing
// command printed into its error, and so on the screen and into state. Here its words go to a file that only its owner can
// read, and the error names that file. Plain JavaScript, because the plugin starts it as it stands.
//
// Environment: ROLLOUT_COMMAND, the line for /bin/sh; ROLLOUT_COMMAND_NAME, for the file's name and for messages.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { withPostgresVariables } from "./postgres-variables.mjs";
import { watchStarters } from "./starters.mjs";

const { ROLLOUT_COMMAND: command = "", ROLLOUT_COMMAND_NAME: name = "command", ...environment } = process.env;

/** How often it is looked whether the plugin still lives, in milliseconds. */
const LOOK_MS = 1_000;
/** How long the command may take to end itself once it was asked to, in milliseconds. */
const GRACE_MS = 5_000;

const KEEPER = fileURLToPath(new URL("../providers/process-keeper.cjs", import.meta.url));

const startersLive = watchStarters();
const startedAt = new Date();
const file = openWords(startedAt);
// The keeper ends the command's whole group when its line to us closes, however we end.
const keeper = spawn(process.execPath, [KEEPER], {
  env: withPostgresVariables(environment),
  stdio: ["ignore", file.descriptor, file.descriptor, "pipe"],
  // Whoever kills our group, as the plugin does when it is cancelled, must not kill the keeper.
  detached: true,
});
closeSync(file.descriptor);

const line = keeper.stdio[3];
let told = "";
line.setEncoding("utf8");
line.on("data", (text) => (told += text));
line.on("error", () => undefined);
line.write(`${JSON.stringify({ argv: ["/bin/sh", "-c", command], graceMs: GRACE_MS })}\n`);

let endedBy;
keeper.on("error", (error) => fail(`could not be started: ${error.message}`, 127));
keeper.on("close", () => {
  const { failed, ended } = Object.assign(
    {},
    ...told
      .split("\n")
      .filter(Boolean)
      .map((each) => JSON.parse(each)),
  );
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 100) / 10;
  if (failed !== undefined) fail(`could not be started: ${failed}`, 127);
  const { code = null, signal = "SIGKILL" } = ended ?? {};
  if (code === 0 && endedBy === undefined) {
    process.stdout.write(`${name} ended well after ${seconds} s; its own words: ${file.path}\n`);
    process.exit(0);
  }
  const how = endedBy ?? (code === null ? `was ended by ${signal}` : `ended with exit code ${code}`);
  fail(`${how} after ${seconds} s`, code === null || code === 0 ? 1 : code);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"])
  process.on(signal, () => stop(`was stopped by ${signal}`));
// A plugin or a CLI that was killed says nothing.
setInterval(() => startersLive() || stop("was stopped, because Pulumi has ended"), LOOK_MS).unref();

function stop(how) {
  endedBy ??= how;
  line.end();
}

function fail(how, exitCode) {
  process.stderr.write(
    `${name} ${how}. What it printed is in ${file.path}, which only you can read; it may hold secrets.\n` +
      `[rollout OPERATORS_COMMAND_FAILED ${JSON.stringify({ command: name, words: file.path })}]\n`,
  );
  process.exit(exitCode);
}

/** A new file for its output, below the directory that systems keep for such things. */
function openWords(at) {
  const state = environment.XDG_STATE_HOME || join(homedir(), ".local", "state");
  const directory = join(state, "rollout");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const moment = at.toISOString().replaceAll(/[:.]/g, "-");
  const path = join(directory, `${name}-${moment}-${process.pid}.log`);
  return { path, descriptor: openSync(path, "wx", 0o600) };
}
