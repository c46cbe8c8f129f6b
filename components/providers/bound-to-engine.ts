import type { HttpProbe } from "../probes/http";
import type { Fetch, Sleep } from "../probes/ports";
import type { EngineLife } from "./engine-life";

interface Ports {
  fetch: Fetch;
  sleep: Sleep;
  probe: HttpProbe;
}

/** These change nothing where they arrive. @source RFC 9110, 9.2.1 "Safe methods" */
const SAFE = ["GET", "HEAD", "OPTIONS"];

/**
 * Binds the ports of a process to the life of its engine: nothing that may have an effect is sent
 * without a look, and no wait outlasts the engine. They throw ENGINE_GONE.
 */
export function whileEngineLives(engine: EngineLife, { fetch, sleep, probe }: Ports): Ports {
  const requireFor = async (method: string) => {
    if (!SAFE.includes(method.toUpperCase())) await engine.require();
    engine.gone.throwIfAborted();
  };
  return {
    async fetch(url, init) {
      await requireFor(init.method);
      return fetch(url, init);
    },
    async sleep(ms, signal) {
      await sleep(ms, signal === undefined ? engine.gone : AbortSignal.any([signal, engine.gone]));
      engine.gone.throwIfAborted();
    },
    async probe(request) {
      await requireFor(request.method ?? "GET");
      return probe(request);
    },
  };
}
