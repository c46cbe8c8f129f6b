import { fork } from "node:child_process";
import { join } from "node:path";

import type { Asked, Told } from "./commands-host";

export interface Ran {
  args: readonly string[];
  code: number;
  /** All that was printed, on both streams. */
  said: string;
}

export interface Commands {
  /** Runs one to its end. @param enough interrupts it, once what it has said is as this. */
  run(args: readonly string[], enough?: (said: string) => boolean | Promise<boolean>): Promise<Ran>;
  /** Says that something was changed behind its back. */
  forget(): void;
  stop(): void;
}

const ROOT = join(__dirname, "..", "..", "..");
const LOOK_MS = 100;

/** Many commands for the price of one start; each otherwise as `rollout <args>`, on a terminal, in this folder. */
export function commandsInOneProcess(cwd: string, env: NodeJS.ProcessEnv): Commands {
  const host = fork(join(__dirname, "commands-host.ts"), {
    cwd,
    env,
    execArgv: ["-r", join(ROOT, "components", "typescript", "register-here.cjs")],
  });
  const ask = (asked: Asked) => host.send(asked);
  return {
    async run(args, enough) {
      let said = "";
      let looking = false;
      const look = async () => {
        if (looking || enough === undefined) return;
        looking = true;
        if (await Promise.resolve(enough(said)).catch(() => false)) ask("interrupt");
        looking = false;
      };
      const timer = setInterval(() => void look(), LOOK_MS);
      const code = await new Promise<number>((resolve) => {
        const onEnd = () => {
          resolve(-1);
        };
        const onTold = (told: Told) => {
          said += told.said ?? "";
          if (told.code === undefined) return;
          host.off("message", onTold).off("exit", onEnd);
          resolve(told.code);
        };
        host.on("message", onTold).once("exit", onEnd);
        ask({ run: args });
      });
      clearInterval(timer);
      return { args, code, said };
    },
    forget: () => {
      ask("forget");
    },
    stop: () => {
      host.kill();
    },
  };
}
