import { setMaxListeners } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";

import { RolloutError } from "../errors";

/** The engine that this process works for, as far as it can be seen from here. */
export interface EngineLife {
  /** Aborted, with the error of `require` as its reason, as soon as the engine is seen to be gone. */
  readonly gone: AbortSignal;
  /**
   * Looks now: for before each effect.
   * @throws RolloutError ENGINE_GONE, when the engine does not listen any more, or was never told to us.
   */
  require(): Promise<void>;
}

/** A connection on the loopback interface is made by the kernel, whatever the engine is busy with; milliseconds. */
const PATIENCE_MS = 10_000;

/**
 * Pulumi starts a provider as `dynamic-provider [flags] ADDRESS`: where its engine listens.
 * @param words this process's arguments, without node and the script.
 * @source pulumi/pulumi sdk/go/common/resource/plugin: `buildPluginArguments`, and pulumi/sdk cmd/dynamic-provider.
 */
export function findEngineAddress(words: readonly string[]): string | undefined {
  return words.findLast((word) => /^(?!-)\S+:[1-9]\d{0,4}$/.test(word));
}

/**
 * Watches the engine by a connection that is held open from the first look on: the kernel closes it with the engine's
 * process, however that ended, and no later process that happens to get the same port can be mistaken for it.
 */
export function watchEngine(address: string | undefined): EngineLife {
  const controller = new AbortController();
  // Each request and each wait listens to it.
  setMaxListeners(0, controller.signal);
  const lose = (how: string) => {
    controller.abort(engineGone(how));
  };
  let held: Promise<void> | undefined;
  return {
    gone: controller.signal,
    async require() {
      if (address === undefined) lose("nobody told this provider where its engine is");
      else {
        held ??= hold(address, lose);
        await held;
        if (!controller.signal.aborted)
          await knock(address).catch(() => {
            lose(`nobody listens at ${address}`);
          });
      }
      controller.signal.throwIfAborted();
    },
  };
}

function engineGone(how: string): RolloutError {
  return new RolloutError(
    "ENGINE_GONE",
    `the Pulumi engine that this update belongs to has ended (${how}), so nothing more is written. ` +
      "Next: `pulumi cancel`, and then the update again, or the prior config.",
  );
}

/** Settles once the connection stands or has failed. The engine speaks gRPC, so plain HTTP/2 is what it keeps open. */
function hold(address: string, onLost: (how: string) => void): Promise<void> {
  return new Promise((settled) => {
    const session = connectHttp2(`http://${address}`);
    session.setTimeout(PATIENCE_MS, () => {
      if (session.connecting) session.destroy();
    });
    session.once("connect", () => {
      session.setTimeout(0);
      // Held, but nothing that keeps this process alive.
      session.unref();
      settled();
    });
    session.once("error", () => undefined);
    session.once("goaway", () => {
      onLost("it said goodbye");
    });
    session.once("close", () => {
      onLost(`its connection at ${address} was closed`);
      settled();
    });
  });
}

/** A connection made anew: refused in the moment after the engine's end in which the held one's end is still under way. */
function knock(address: string): Promise<void> {
  const { hostname, port } = new URL(`http://${address}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || "80") });
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("no answer")));
    socket.once("connect", () => {
      socket.destroy();
      resolve();
    });
    socket.once("error", reject);
  });
}
