import type { Desk } from "../../shared/desk";
import { redactorFor } from "../../shared/redact";
import type { OpenRender } from "../../shared/render-access";
import type { OpenDatabase } from "../../shared/shown-migrations";
import type { ReadSystem } from "../system";
import type { Addresses } from "./addresses";
import { systemOfAddresses } from "./system-of-addresses";
import { systemOfStack } from "./system-of-stack";

export interface OpenedSystem {
  read: ReadSystem;
  /** Takes out of a text the secrets that a command could get at. */
  redact: (text: string) => string;
}

/** By a stack, or by addresses alone. @throws UsageError where neither is given; RolloutError CONFIG_INVALID */
export async function openSystem(
  desk: Desk,
  openRender: OpenRender,
  { stack, ...addresses }: Addresses & { stack?: string },
  ports: { elapsed: () => number; openDatabase: OpenDatabase },
): Promise<OpenedSystem> {
  if (stack === undefined)
    return { read: systemOfAddresses(desk.directory, addresses), redact: await redactorFor() };
  const { read, engine } = await systemOfStack(desk, openRender, stack, addresses, ports);
  return { read, redact: await redactorFor(engine) };
}
