import type { ChildProcess } from "node:child_process";

export type FlagKind = "slower" | "same" | "broken";

/** Services in a process of their own, so that the requests' times are not those of the one that measures. */
export interface FlagService {
  /** Starts one whose times and failures follow from the seed; answers with its address. */
  open(seed: number): Promise<{ id: string; url: string }>;
  /** Turns the service's flag on. */
  turnOn(id: string, kind: FlagKind): Promise<void>;
}

interface Reply {
  opened?: string;
  port?: number;
  turned?: string;
}

export function startFlagService(child: ChildProcess): FlagService {
  const waiting = new Map<string, (reply: Reply) => void>();
  child.on("message", (reply: Reply) => {
    waiting.get(`${reply.opened === undefined ? "turn" : "open"} ${reply.opened ?? reply.turned ?? ""}`)?.(
      reply,
    );
  });
  const ask = (key: string, message: object) =>
    new Promise<Reply>((resolve, reject) => {
      waiting.set(key, resolve);
      child.once("exit", () => {
        reject(new Error("the service under test has ended"));
      });
      child.send(message);
    });
  child.setMaxListeners(0);
  return {
    async open(seed) {
      const id = `service-${seed}`;
      const { port } = await ask(`open ${id}`, { open: id, seed });
      return { id, url: `http://127.0.0.1:${port ?? 0}` };
    },
    async turnOn(id, flag) {
      await ask(`turn ${id}`, { id, flag });
    },
  };
}
