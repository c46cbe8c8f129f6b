import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Sent } from "./terminal-host";
import { onTerminal, typist, type Typed } from "./typed-process";

export interface CommandsOnTerminal {
  /** Runs one to its end, each text typed when its prompt stands there. @returns all that the terminal got. */
  run(sent: Sent, typed?: readonly Typed[]): Promise<{ code: number; stdout: string }>;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, "..", "..", "..");
const END = /\u001B_ended (\d+)\u001B\\/;

/** Many commands on one pseudo-terminal for the price of one start; each otherwise as `rollout <args>` typed in this folder. */
export async function commandsOnTerminal(cwd: string, env: NodeJS.ProcessEnv): Promise<CommandsOnTerminal> {
  const folder = mkdtempSync(join(tmpdir(), "terminal-"));
  const address = join(folder, "socket");
  const server = createServer().listen(address);
  const loader = join(ROOT, "components", "typescript", "register-here.cjs");
  const argv = [process.execPath, "-r", loader, join(__dirname, "terminal-host.ts"), address];
  const [program, ...args] = onTerminal(argv);
  const terminal = spawn(program, args, { cwd, env });
  let shown = "";
  let look = (): void => undefined;
  for (const stream of [terminal.stdout, terminal.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      look();
    });
  const gone = once(terminal, "close").then((): never => {
    throw new Error(`the terminal was closed: ${shown}`);
  });
  gone.catch(() => undefined);
  const [host] = (await Promise.race([once(server, "connection"), gone])) as [Socket];
  return {
    run: (sent, typed = []) => {
      shown = "";
      const type = typist(typed, (text) => terminal.stdin.write(text));
      const ended = new Promise<{ code: number; stdout: string }>((resolve) => {
        look = () => {
          type(shown);
          const end = END.exec(shown);
          if (end !== null) resolve({ code: Number(end[1]), stdout: shown.slice(0, end.index) });
        };
      });
      host.write(`${JSON.stringify(sent)}\n`);
      return Promise.race([ended, gone]);
    },
    stop: async () => {
      host.end();
      await gone.catch(() => undefined);
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
