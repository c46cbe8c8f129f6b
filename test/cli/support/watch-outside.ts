import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { leaksIn } from "./canaries";

export interface Watched {
  /** What showed a secret, or could be read by others, each once. */
  found(): string[];
  /** Names of the temporary files that were there for a while. */
  files(): string[];
  looks(): number;
  stop(): void;
}

const EVERY_MS = 60;

/**
 * Looks again and again at what other users of the machine could see while commands run: arguments in the process list, and
 * temporary files with their modes.
 * @param temporary where commands put such files.
 */
export function watchOutside(temporary: string): Watched {
  const found = new Set<string>();
  const files = new Set<string>();
  let looks = 0;
  const timer = setInterval(() => {
    looks += 1;
    const { leaks, readable, names } = leaksInFiles(temporary);
    for (const each of [...argumentsThatLeak(), ...leaks, ...readable]) found.add(each);
    for (const name of names) files.add(name);
  }, EVERY_MS);
  return {
    found: () => [...found],
    files: () => [...files],
    looks: () => looks,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Everything below a folder: what holds a secret, and what others than its owner get at. */
export function leaksInFiles(
  folder: string,
  { without = [] }: { without?: readonly string[] } = {},
): { leaks: string[]; readable: string[]; names: string[] } {
  const files = filesIn(folder, without);
  return {
    leaks: files.flatMap(({ path }) => leaksIn(textOf(path)).map((leak) => `${path}: ${leak}`)),
    readable: files.flatMap(({ path, open }) => (open ? [`${path} can be read by others`] : [])),
    names: files.map(({ path }) => basename(path)),
  };
}

/** @source man 5 proc: /proc/<pid>/cmdline. Elsewhere than on Linux nothing is seen. */
function argumentsThatLeak(): string[] {
  return entries("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => leaksIn(textOf(`/proc/${pid}/cmdline`)).map((leak) => `process list: ${leak}`));
}

/** @param shut a folder above is its owner's alone. */
function filesIn(
  folder: string,
  without: readonly string[],
  shut = false,
): { path: string; open: boolean }[] {
  return entries(folder).flatMap((name) => {
    if (without.includes(name)) return [];
    const path = join(folder, name);
    try {
      const stat = lstatSync(path);
      const open = !shut && (stat.mode & 0o077) !== 0;
      if (stat.isDirectory()) return filesIn(path, without, !open);
      return stat.isFile() ? [{ path, open }] : [];
    } catch {
      // It was there for a moment.
      return [];
    }
  });
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
