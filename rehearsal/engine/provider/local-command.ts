import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createInterface } from "node:readline";
import { splitUrn, type ResourceState } from "../checkpoint/resource-state";
import { diffMaps, isAbsent, isEqual } from "../values/property-diff";
import { isMap, unknownValue, type PropertyMap, type PropertyValue } from "../values/property-value";
import type { CheckResult, DiffResult, Provider, ReadResult } from "./provider";

/** Stands in for the plugin of `@pulumi/command`, for `command:local:Command` only.
 *  @source github.com/pulumi/pulumi-command, provider/pkg/provider/local */
export class LocalCommandStandIn implements Provider {
  private readonly running = new Set<ChildProcess>();

  /** @param onLine a line that a command printed, while it runs. */
  constructor(
    private readonly folder: string,
    private readonly onLine: (urn: string, line: string) => void,
  ) {}

  check(_urn: string, _before: PropertyMap, inputs: PropertyMap): Promise<CheckResult> {
    const failures = ["assetPaths", "archivePaths"]
      .filter((property) => !isAbsent(inputs[property]))
      .map((property) => ({
        property,
        reason: "embedded engine: not supported by the stand-in for the command plugin",
      }));
    return Promise.resolve({ inputs, failures });
  }

  diff(old: ResourceState, inputs: PropertyMap): Promise<DiffResult> {
    const diff = diffMaps(old.inputs, inputs);
    const changed = diff === undefined ? [] : [...diff.adds, ...diff.deletes, ...diff.updates].sort();
    const replaces = isEqual(old.inputs["triggers"], inputs["triggers"]) ? [] : ["triggers"];
    return Promise.resolve({
      changes: changed.length > 0 ? "some" : "none",
      replaces,
      changed,
      deleteBeforeReplace: false,
      detailedDiff: Object.fromEntries(
        changed.map((key) => [
          key,
          { diffKind: replaces.includes(key) ? "update-replace" : "update", inputDiff: true },
        ]),
      ),
    });
  }

  previewCreate(_urn: string, inputs: PropertyMap): PropertyMap {
    return { ...inputs, stdout: unknownValue, stderr: unknownValue };
  }

  previewUpdate(_old: ResourceState, inputs: PropertyMap): PropertyMap {
    return { ...inputs, stdout: unknownValue, stderr: unknownValue };
  }

  async create(urn: string, inputs: PropertyMap): Promise<{ id: string; outputs: PropertyMap }> {
    const output = await this.run(urn, inputs["create"], inputs, undefined);
    const id = splitUrn(urn)[3] + randomBytes(4).toString("hex");
    return { id, outputs: { ...inputs, ...output } };
  }

  async update(old: ResourceState, inputs: PropertyMap): Promise<PropertyMap> {
    const output = await this.run(old.urn, inputs["update"] ?? inputs["create"], inputs, old.outputs);
    return { ...inputs, ...output };
  }

  async delete(old: ResourceState): Promise<void> {
    await this.run(old.urn, old.inputs["delete"], old.inputs, old.outputs);
  }

  read(old: ResourceState): Promise<ReadResult | undefined> {
    return Promise.resolve({ id: old.id ?? "", outputs: old.outputs, inputs: old.inputs });
  }

  cancel(): void {
    for (const { pid } of this.running) if (pid !== undefined) killGroup(pid);
  }

  private run(
    urn: string,
    command: PropertyValue | undefined,
    inputs: PropertyMap,
    previous: PropertyMap | undefined,
  ): Promise<PropertyMap> {
    if (typeof command !== "string" || command === "") {
      return Promise.resolve({ stdout: previous?.["stdout"] ?? "", stderr: previous?.["stderr"] ?? "" });
    }
    const [program = "/bin/sh", ...before] = interpreterOf(inputs);
    const child = spawn(program, [...before, command], {
      cwd: typeof inputs["dir"] === "string" ? inputs["dir"] : this.folder,
      env: environmentOf(inputs, previous),
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own, so that cancelling ends what the shell started too.
      detached: true,
    });
    this.running.add(child);
    child.stdin.on("error", () => undefined);
    child.stdin.end(typeof inputs["stdin"] === "string" ? inputs["stdin"] : "");
    const logging = inputs["logging"] ?? "stdoutAndStderr";
    const said: Said[] = [];
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (chunk: Buffer) => said.push({ stream, chunk }));
      if (logging !== stream && logging !== "stdoutAndStderr") continue;
      createInterface({ input: child[stream] }).on("line", (line) => {
        this.onLine(urn, line);
      });
    }
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        this.running.delete(child);
        if (code === 0) {
          resolve({
            stdout: textOf(said, "stdout").replace(/\n$/, ""),
            stderr: textOf(said, "stderr").replace(/\n$/, ""),
          });
          return;
        }
        const how = signal === null ? `exit status ${code ?? 1}` : `signal: ${signalNames[signal] ?? signal}`;
        reject(new Error(`${how}: running ${JSON.stringify(command)}:\n${textOf(said)}`));
      });
    });
  }
}

/** What a command said, in the order in which it came. */
interface Said {
  stream: "stdout" | "stderr";
  chunk: Buffer;
}

function textOf(said: readonly Said[], stream?: Said["stream"]): string {
  const chosen = said.filter((one) => stream === undefined || one.stream === stream);
  return Buffer.concat(chosen.map(({ chunk }) => chunk)).toString("utf8");
}

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  SIGINT: "interrupt",
};

function interpreterOf(inputs: PropertyMap): string[] {
  const { interpreter } = inputs;
  return Array.isArray(interpreter) && interpreter.length > 0 ? interpreter.map(String) : ["/bin/sh", "-c"];
}

function environmentOf(inputs: PropertyMap, previous: PropertyMap | undefined): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env };
  const own = inputs["environment"];
  if (isMap(own)) for (const [key, value] of Object.entries(own)) environment[key] = variable(value);
  if (inputs["addPreviousOutputInEnv"] === false) return environment;
  for (const stream of ["stdout", "stderr"]) {
    const text = variable(previous?.[stream]);
    if (text !== "") environment[`PULUMI_COMMAND_${stream.toUpperCase()}`] = text;
  }
  return environment;
}

function variable(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : isAbsent(value) ? "" : JSON.stringify(value);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself just now.
  }
}
