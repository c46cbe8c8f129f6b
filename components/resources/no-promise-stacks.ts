import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/**
 * Pulumi's SDK notes for each of its promises where it was made, twenty a resource, each with its frames looked up in source
 * maps: a tenth of a preview's time. It shows them only where `PULUMI_DEBUG_PROMISE_LEAKS` asks for it, and then they
 * are noted as ever. An SDK without this function notes what it likes; nothing else depends on it.
 * @source pulumi/sdk `runtime/debuggable.ts`.
 */
export function leaveOutPromiseStacks(): void {
  const sdk = debuggable as unknown as {
    debuggablePromise?: (...given: unknown[]) => unknown;
    debugPromiseLeaks?: boolean;
  };
  const note = sdk.debuggablePromise;
  if (typeof note !== "function" || sdk.debugPromiseLeaks === true) return;
  sdk.debuggablePromise = (...given) => {
    const frames = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return note(...given);
    } finally {
      Error.stackTraceLimit = frames;
    }
  };
}
