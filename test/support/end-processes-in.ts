import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The processes that work in a folder of a test's own. Elsewhere than on Linux none are found.
 * @source man 5 proc: /proc/<pid>/cwd is the process's working folder.
 */
function processesIn(folder: string): number[] {
  if (!existsSync("/proc/self/cwd")) return [];
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((name) => {
      try {
        return readlinkSync(`/proc/${name}/cwd`) === folder;
      } catch {
        // It is not ours, or has ended by itself.
        return false;
      }
    })
    .map(Number);
}

/** Those of them that are not the CLI's own plugins, which it leaves behind when it is killed. */
export function oursIn(folder: string): number[] {
  return processesIn(folder).filter((pid) => {
    try {
      return !/\/pulumi-(language|resource)-(?!pulumi-nodejs)[\w-]+\0/.test(
        readFileSync(`/proc/${pid}/cmdline`, "utf8"),
      );
    } catch {
      return false;
    }
  });
}

/** Ends them: a CLI that was cut off leaves its helpers behind, and nothing may outlive a test. */
export function endProcessesIn(folder: string): void {
  for (const pid of processesIn(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
