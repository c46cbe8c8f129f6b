import { RolloutError } from "../../components/errors";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";
import type { ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { requireStack } from "../shared/load-stack";
import { commandText } from "../shared/next-command";
import type { OpenRender } from "../shared/render-access";
import { factsFromFiles } from "./read-files";
import type { ReadingPorts } from "./reading-context";
import { tellFacts } from "./tell";
import { watchStatus, type StatusWindow } from "./watch-status";

export interface StatusOptions {
  stack: string;
  /** By the stack's files alone. */
  offline?: boolean;
  json?: boolean;
  /** Again and again, counting down, until Ctrl-C. */
  watch?: boolean;
}

const NO_WINDOW: StatusWindow = { openScreen: () => undefined, columns: undefined };

/** What the stack's files alone tell. It asks nobody, so it needs nothing of what asks: it is there at once. */
export function statusByFiles(
  desk: Desk,
  { stack, json }: StatusOptions,
  columns = NO_WINDOW.columns,
): ExitCode {
  const facts = factsFromFiles(requireStack(desk.directory, stack), desk.now());
  return tellFacts(desk, facts, { json: json === true, columns });
}

/**
 * Tells where the rollout stands, and changes nothing. Exit code 0: looked at, and nothing is wrong, blocked or not; 1:
 * the operator must act, or not everything could be looked at.
 */
export async function status(
  desk: Desk,
  openRender: OpenRender,
  ports: ReadingPorts,
  { stack, json, watch }: StatusOptions,
  window: StatusWindow = NO_WINDOW,
): Promise<ExitCode> {
  const loaded = requireStack(desk.directory, stack);
  const look = async () => {
    // What the stack's files alone tell must not wait for what asks Render.
    const { factsFromEverywhere } = await import("./read-everything.js");
    return factsFromEverywhere(desk, loaded, { engine: await openEngine(desk, stack), openRender, ports });
  };
  if (watch === true) return watchStatus(desk, window, { look, stack, sleep: ports.sleep });
  const facts = await untilInterrupted(desk.interrupts.signal, look());
  if (facts === undefined)
    throw new RolloutError("INTERRUPTED", "stopped before everything was looked at; nothing was changed.");
  return tellFacts(desk, facts, { json: json === true, columns: window.columns });
}

/** @throws RolloutError NO_PULUMI: what is missing, and what tells something all the same. */
async function openEngine(desk: Desk, stack: string): Promise<Engine> {
  try {
    return await desk.openEngine(stack);
  } catch (error) {
    if (!(error instanceof RolloutError) || error.code !== "NO_PULUMI") throw error;
    const missing = error.data["missing"];
    const what = typeof missing === "string" ? missing : error.message;
    const offline = commandText("status", stack, "--offline");
    throw new RolloutError(
      "NO_PULUMI",
      `${what} Without it: \`${offline}\` tells what the stack's files alone say.`,
    );
  }
}
