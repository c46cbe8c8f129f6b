// Who started this process, as far up as it may still be killed without a word: the shell, Pulumi's command plugin, the CLI.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** More than there are between a command and the CLI. */
const MOST = 5;
const SHELLS = /^(ba|da|k|z|a)?sh$|^busybox$/;
/** Linux cuts a process's name after 15 letters. */
const PLUGIN = /^pulumi-resource/;

/**
 * @returns {() => boolean} whether all of them still live: a process whose parent has ended gets another one. The chain ends
 * with the first that is neither a shell nor a plugin: nobody above it is asked, since it outlives them as it likes.
 */
export function watchStarters() {
  const chain = [];
  for (let pid = process.pid; chain.length < MOST;) {
    const parent = parentOf(pid);
    if (parent === undefined) break;
    chain.push({ pid, parent });
    const name = nameOf(parent);
    if (name === undefined || !(SHELLS.test(name) || PLUGIN.test(name))) break;
    pid = parent;
  }
  return () => chain.every(({ pid, parent }) => parentOf(pid) === parent);
}

function parentOf(pid) {
  if (pid === process.pid) return process.ppid;
  const found = Number(statOf(pid)?.parent ?? ask(pid, "ppid"));
  return found > 0 ? found : undefined;
}

function nameOf(pid) {
  return statOf(pid)?.name ?? ask(pid, "comm")?.split("/").at(-1);
}

/** @source man 5 proc: pid (comm) state ppid …; the name may hold anything, brackets too. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const end = text.lastIndexOf(")");
    return { name: text.slice(text.indexOf("(") + 1, end), parent: text.slice(end + 2).split(" ")[1] };
  } catch {
    return undefined;
  }
}

/** Where there is no /proc. */
function ask(pid, what) {
  const { status, stdout } = spawnSync("ps", ["-o", `${what}=`, "-p", String(pid)], { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}
