"use strict";
// Stands between a provider and a command that it runs, so that no command outlives its provider, even one that ended by
// `kill -9`: the provider holds the other end of descriptor 3 and never writes to it again after the first line, which is
// the request. When it closes, the command's whole group is asked to end, and then made to.
// What the command says goes straight to the provider's pipes; what is told about it goes over descriptor 3, one JSON
// object a line: {"started": pid}, {"failed": code}, {"ended": {"code", "signal"}}.
const { spawn } = require("node:child_process");
const { accessSync, constants, statSync } = require("node:fs");
const { Socket } = require("node:net");
const path = require("node:path");

/** How often a group is looked at that was asked to end, in milliseconds. */
const LOOK_MS = 20;

// A closed terminal is no reason to leave a migration half-way; neither is ^C, which reaches us through the engine.
for (const signal of ["SIGHUP", "SIGINT"]) process.on(signal, () => undefined);
process.on("SIGTERM", endCommand);

const provider = new Socket({ fd: 3, readable: true, writable: true, allowHalfOpen: true });
let command;
let over = false;
let ending = false;
let asked = "";

provider.setEncoding("utf8");
provider.on("data", (text) => {
  asked += text;
  if (command === undefined && asked.includes("\n")) start(JSON.parse(asked));
});
provider.on("error", endCommand);
provider.on("end", endCommand);
provider.on("close", endCommand);

function start({ argv, cwd, holdsInput, graceMs }) {
  const [file, ...args] = argv;
  const trouble = findTrouble(file, cwd);
  if (trouble !== undefined) return tell({ failed: trouble }, leave);
  // Only a shell hands on that SIGHUP is ignored: Node resets it for what it starts, and at its own start.
  command = spawn("/bin/sh", ["-c", `trap '' HUP; exec "$0" "$@"`, file, ...args], {
    cwd,
    // An input that stays open is for commands that take its end for ours; nothing is ever written to it.
    stdio: [holdsInput ? "pipe" : "ignore", "inherit", "inherit"],
    detached: true,
  });
  command.graceMs = graceMs;
  command.stdin?.on("error", () => undefined);
  command.once("error", (error) => tell({ failed: error.code ?? error.message }, leave));
  command.once("spawn", () => tell({ started: command.pid }));
  command.once("exit", (code, signal) => {
    over = true;
    tell({ ended: { code, signal } });
    // What it left behind in its group has nobody who would wait for it.
    endGroup();
  });
}

/** Told here, because the shell would make an exit code of it. */
function findTrouble(file, cwd = ".") {
  if (!isA(cwd, "isDirectory")) return `there is no directory ${cwd}`;
  const places = file.includes("/")
    ? [path.resolve(cwd, file)]
    : searchPath().map((place) => path.resolve(cwd, place, file));
  if (places.some(isExecutable)) return undefined;
  return file.includes("/") ? "there is no such program" : "there is no such program on the PATH";
}

function searchPath() {
  return (process.env.PATH ?? "").split(path.delimiter).filter((place) => place !== "");
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return isA(file, "isFile");
  } catch {
    return false;
  }
}

function isA(place, kind) {
  return statSync(place, { throwIfNoEntry: false })?.[kind]() === true;
}

function endCommand() {
  if (command === undefined) process.exit(1);
  command.stdin?.destroy();
  endGroup();
}

function endGroup() {
  if (ending) return;
  ending = true;
  if (!signalGroup("SIGTERM")) return leave();
  // A group is gone when nobody in it can be signalled any more.
  const deadline = Date.now() + command.graceMs;
  const look = setInterval(() => {
    if (signalGroup(0) && Date.now() < deadline) return;
    clearInterval(look);
    signalGroup("SIGKILL");
    if (over) leave();
    else command.once("exit", leave);
  }, LOOK_MS);
}

function leave() {
  provider.end(() => process.exit(0));
  // Nobody may be there to hear it.
  setTimeout(() => process.exit(0), 500);
}

function signalGroup(signal) {
  try {
    return process.kill(-command.pid, signal);
  } catch {
    return false;
  }
}

function tell(news, done) {
  if (provider.writable) provider.write(`${JSON.stringify(news)}\n`, done);
  else done?.();
}
