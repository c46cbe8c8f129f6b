// Runs a command of the operator's own (a backup, a smoke test) for Pulumi's command plugin, which puts all that a failing
// command printed into its error, and so on the screen and into state. Here its words go to a file that only its owner can
// read, and the error names that file. Plain JavaScript, because the plugin starts it as it stands.
//
// Environment: ROLLOUT_COMMAND, the line for /bin/sh; ROLLOUT_COMMAND_NAME, for the file's name and for messages.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { withPostgresVariables } from "./postgres-variables.mjs";

const { ROLLOUT_COMMAND: command = "", ROLLOUT_COMMAND_NAME: name = "command", ...environment } = process.env;

/** How often it is looked whether the plugin still lives, in milliseconds. */
const LOOK_MS = 1_000;
/** How long the command may take to end itself once it was asked to, in milliseconds. */
const GRACE_MS = 5_000;

const startedAt = new Date();
const file = openWords(startedAt);
const child = spawn("/bin/sh", ["-c", command], {
  env: withPostgresVariables(environment),
  stdio: ["ignore", file.descriptor, file.descriptor],
  // A group of its own, so that what it started ends with it.
  detached: true,
});
closeSync(file.descriptor);

let endedBy;
child.on("error", (error) => fail(`could not be started: ${error.message}`, 127));
child.on("exit", (code, signal) => {
  endGroup("SIGKILL");
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 100) / 10;
  if (code === 0 && endedBy === undefined) {
    process.stdout.write(`${name} ended well after ${seconds} s; its own words: ${file.path}\n`);
    process.exit(0);
  }
  const how = endedBy ?? (code === null ? `was ended by ${signal}` : `ended with exit code ${code}`);
  fail(`${how} after ${seconds} s`, code === null || code === 0 ? 1 : code);
});

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"])
  process.on(signal, () => stop(`was stopped by ${signal}`));
// A plugin that was killed says nothing; whoever adopts its children then is not who started us.
const parent = process.ppid;
setInterval(() => process.ppid === parent || stop("was stopped, because Pulumi has ended"), LOOK_MS).unref();

function stop(how) {
  if (endedBy !== undefined) return;
  endedBy = how;
  endGroup("SIGTERM");
  setTimeout(() => endGroup("SIGKILL"), GRACE_MS).unref();
}

function endGroup(signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
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
