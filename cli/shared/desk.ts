import { hostname } from "node:os";

import pc from "picocolors";

import { openEngine } from "../engine/open-engine";
import type { Engine } from "../engine/port";
import type { TellTeam } from "../update/tell-team";
import { createGit, type Git } from "./git";
import { EXIT } from "./exit-codes";
import { outliveTerminal, watchInterrupts, type Interrupts } from "./interrupts";
import { createTerminal, type Terminal } from "./terminal";

/** Everything outside that a command works with; wired here, faked in tests. */
export interface Desk {
  /** The project's directory. */
  directory: string;
  terminal: Terminal;
  git: Git;
  interrupts: Interrupts;
  now(): Date;
  /** @throws RolloutError NO_PULUMI, NO_STACK */
  openEngine(stack: string): Promise<Engine>;
  tellTeam: TellTeam;
  /** Whether a process of a host still runs; undefined where that cannot be told from here. */
  isAlive(host: string | undefined, pid: number | undefined): boolean | undefined;
}

/** @param command `onlyLooks`: it ends at once when it is interrupted, so there is nothing to say about waiting. */
export function createDesk({ onlyLooks = false, terminal = createTerminal() } = {}): Desk {
  const directory = process.cwd();
  outliveTerminal([process.stdout, process.stderr], () => {
    if (onlyLooks) process.exit(EXIT.done);
  });
  const interrupts = watchInterrupts(() => {
    if (onlyLooks) return;
    terminal.words(
      pc.yellow("\nStopping behind the running steps; this can take as long as a deploy. Please wait."),
    );
  });
  return {
    directory,
    terminal,
    git: createGit(directory),
    interrupts,
    now: () => new Date(),
    openEngine: (stack) => openEngine({ directory, stack, interrupts }),
    // What sends is loaded when something is to be sent: most commands only look.
    tellTeam: async (...args) => (await import("../update/tell-team.js")).tellTeam(...args),
    isAlive: (host, pid) => (host === hostname() && pid !== undefined ? processExists(pid) : undefined),
  };
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process exists, too.
    return (error as { code?: string }).code === "EPERM";
  }
}
