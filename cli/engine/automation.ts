import {
  LocalWorkspace,
  type PulumiCommand,
  Stack,
  StackNotFoundError,
  type EngineEvent,
} from "@pulumi/pulumi/automation";

import { RolloutError, messageOf } from "../../components/errors";
import type { Interrupts } from "../shared/interrupts";
import { pastOf } from "./past";
import type { Engine, EngineRun, StoredResource, Watch } from "./port";
import { readResources } from "./stored-resources";
import { findTrouble, describeTrouble } from "./troubles";

export interface EnginePlace {
  directory: string;
  stack: string;
  /** Path of a `pulumi`. */
  executable: string;
  about: string;
  /** Ends when the stack is the selected one. */
  selected: Promise<void>;
  /** That `pulumi`, once it has told its version. */
  command: Promise<PulumiCommand>;
  interrupts?: Interrupts;
}

/**
 * Pulumi's Automation API behind our port.
 * @throws RolloutError NO_STACK, or what keeps Pulumi from its state, with the way out.
 */
export async function automationEngine({
  directory,
  stack: name,
  executable,
  about,
  selected,
  command,
  interrupts,
}: EnginePlace): Promise<Engine> {
  const envVars = { PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true", PULUMI_SKIP_UPDATE_CHECK: "true" };
  const workspace = await LocalWorkspace.create({
    workDir: directory,
    pulumiCommand: await command,
    envVars,
  });
  workspace.selectStack = () => selected;
  const stack = await Stack.select(name, workspace).catch((error: unknown) => {
    throw explained(error, name);
  });
  // The SDK asks for both after each update, by three processes. What an update did stands in its events.
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  const run = (start: (options: StartOptions) => Promise<unknown>) => (watch?: Watch) =>
    operate(start, watch ?? {}, name, interrupts);
  // Read once: each look costs a process.
  let config: ReturnType<typeof stack.getAllConfig> | undefined;
  return {
    about,
    preview: run((options) => stack.preview(options)),
    up: run((options) => stack.up(options)),
    previewRefresh: run((options) => stack.previewRefresh(options)),
    state: () => guarded(name, () => readState(stack)),
    cancel: () => guarded(name, () => stack.cancel()),
    async secret(key) {
      config ??= stack.getAllConfig().catch(() => ({}));
      const found = Object.entries(await config).find(([name]) => name.split(":").at(-1) === key);
      return found?.[1].value;
    },
    past: pastOf(stack, executable, (action) => guarded(name, action)),
  };
}

interface StartOptions {
  onEvent: (event: EngineEvent) => void;
  onError: (text: string) => void;
  signal: AbortSignal;
  color: "never";
  configFile?: string;
  message?: string;
}

async function operate(
  start: (options: StartOptions) => Promise<unknown>,
  { onEvent, signal, configFile, message }: Watch,
  stack: string,
  interrupts: Interrupts | undefined,
): Promise<EngineRun> {
  const events: EngineEvent[] = [];
  let output = "";
  const began = performance.now();
  const options: StartOptions = {
    onEvent: (event) => {
      events.push(event);
      onEvent?.(event);
    },
    onError: (text) => {
      output += text;
    },
    signal: relayed(signal, interrupts),
    color: "never",
    ...(configFile === undefined ? {} : { configFile }),
    ...(message === undefined ? {} : { message }),
  };
  const failure = await start(options).then(
    () => undefined,
    (error: unknown) => error,
  );
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (failure === undefined) return { ok: true, events, output, seconds };
  if (output === "") output = failure instanceof Error ? failure.message : "the engine failed without a word";
  const interrupted = signal?.aborted === true;
  return { ok: false, events, output, seconds, trouble: findTrouble({ events, output, interrupted, stack }) };
}

/** Hands an interrupt on to Pulumi, unless the terminal has: a second one would end it without saving its state. */
function relayed(signal: AbortSignal | undefined, interrupts: Interrupts | undefined): AbortSignal {
  const relay = new AbortController();
  signal?.addEventListener("abort", () => {
    if (interrupts?.childrenKnow !== true) relay.abort();
  });
  return relay.signal;
}

async function readState(stack: Stack): Promise<StoredResource[]> {
  const { deployment } = (await stack.exportStack()) as { deployment: unknown };
  return readResources(deployment);
}

async function guarded<T>(stack: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw explained(error, stack);
  }
}

function explained(error: unknown, stack: string): Error {
  const output = messageOf(error);
  if (error instanceof StackNotFoundError || /no stack named/.test(output)) {
    return new RolloutError(
      "NO_STACK",
      `Pulumi's state has no stack "${stack}". Next: \`pulumi stack init ${stack}\` if it is a new one; ` +
        `otherwise \`pulumi login <where the state lives>\` (docs/state.md), and \`pulumi stack ls\` to look.`,
    );
  }
  const trouble = findTrouble({ events: [], output, interrupted: false, stack });
  return new RolloutError(trouble.code, describeTrouble(trouble));
}
