import { existsSync, readdirSync, readlinkSync } from "node:fs";

/**
 * Ends every process that works in a folder of a test's own: a CLI that was cut off leaves its helpers behind, and nothing may
 * outlive a test. Elsewhere than on Linux nothing is ended.
 * @source man 5 proc: /proc/<pid>/cwd is the process's working folder.
 */
export function endProcessesIn(folder: string): void {
  if (!existsSync("/proc/self/cwd")) return;
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (readlinkSync(`/proc/${name}/cwd`) === folder) process.kill(Number(name), "SIGKILL");
    } catch {
      // It is not ours, or has ended by itself.
    }
  }
}
