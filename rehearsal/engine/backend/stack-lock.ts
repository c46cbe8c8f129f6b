import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import path from "node:path";
import { CommandError } from "../errors";
import { listFolder, writeWhole, type FileBackend } from "./file-backend";
import type { StackReference } from "./stack-reference";

/** Takes the stack for one update.
 *  @returns what gives it back.
 *  @throws CommandError, in the CLI's words, when somebody else holds it. */
export function lockStack(backend: FileBackend, stack: StackReference): () => void {
  const file = path.join(lockFolder(backend, stack), `${randomUUID()}.json`);
  refuseOtherLocks(backend, stack, file);
  const content = {
    pid: process.pid,
    username: userInfo().username,
    hostname: hostname(),
    timestamp: new Date().toISOString(),
  };
  writeWhole(file, JSON.stringify(content));
  const release = (): void => {
    rmSync(file, { force: true });
  };
  try {
    // Somebody may have taken it between the look and the write.
    refuseOtherLocks(backend, stack, file);
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** Removes every lock of a stack: what `pulumi cancel` is for after a kill. */
export function breakLocks(backend: FileBackend, stack: StackReference): void {
  rmSync(lockFolder(backend, stack), { recursive: true, force: true });
}

interface LockContent {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

function refuseOtherLocks(backend: FileBackend, stack: StackReference, own: string): void {
  const folder = lockFolder(backend, stack);
  const others = listFolder(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => path.join(folder, name))
    .filter((file) => file !== own);
  if (others.length === 0) return;
  const described = others.map((file) => {
    const lock = JSON.parse(readFileSync(file, "utf8")) as LockContent;
    const time = lock.timestamp.replace(/\.\d+/, "");
    return `\n  file://${file}: created by ${lock.username}@${lock.hostname} (pid ${lock.pid}) at ${time}`;
  });
  throw new CommandError(
    `the stack is currently locked by ${others.length} lock(s). Either wait for the other process(es) to end ` +
      `or delete the lock file with \`pulumi cancel\`.${described.join("")}`,
  );
}

function lockFolder(backend: FileBackend, stack: StackReference): string {
  return backend.place("locks", ...stack.fullName.split("/"));
}
