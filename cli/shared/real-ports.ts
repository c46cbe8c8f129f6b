import { createHttpProbe, type HttpProbe } from "../../components/probes/http";
import { realFetch, realSleep, type Fetch, type Sleep } from "../../components/probes/ports";

/** The outside as probes meet it. */
export function realPorts(): { probe: HttpProbe; fetch: Fetch; sleep: Sleep; elapsed(): number } {
  return { probe: createHttpProbe(), fetch: realFetch, sleep: realSleep, elapsed: () => performance.now() };
}
