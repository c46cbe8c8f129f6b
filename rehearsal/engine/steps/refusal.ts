import { messageOf } from "../errors";

/** Something about one resource stops the operation. The message goes to that resource's diagnostics. */
export class ResourceRefusal extends Error {
  /** @param urn the resource; empty for the stack. */
  constructor(
    readonly urn: string,
    readonly messages: readonly string[],
  ) {
    super(messages.join("\n"));
    this.name = "ResourceRefusal";
  }
}

/** The operation is being stopped: nothing new is begun. */
export class Stopped extends Error {
  constructor() {
    super("resource monitor shut down");
    this.name = "Stopped";
  }
}

/** A provider's own words: gRPC puts its status before them ("2 UNKNOWN: …"). */
export function describeProviderError(error: unknown): string {
  return messageOf(error).replace(/^\d+ [A-Z_]+: /, "");
}
