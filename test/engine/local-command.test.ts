import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import type { ResourceState } from "../../rehearsal/engine/checkpoint/resource-state";
import { LocalCommandStandIn } from "../../rehearsal/engine/provider/local-command";
import type { PropertyMap } from "../../rehearsal/engine/values/property-value";

const urn = "urn:pulumi:dev::toy::command:local:Command::cmd";
const lines: string[] = [];
const commands = new LocalCommandStandIn(tmpdir(), (_urn, line) => lines.push(line));

function made(inputs: PropertyMap, outputs: PropertyMap = {}): ResourceState {
  return {
    urn,
    custom: true,
    type: "command:local:Command",
    id: "cmd1",
    inputs,
    outputs: { ...inputs, ...outputs },
  };
}

describe("the stand-in for command:local:Command", () => {
  it("runs `create` in a shell and keeps what it printed, without the last line break", async () => {
    const { outputs } = await commands.create(urn, { create: "echo out; echo err >&2" });
    expect(outputs).toMatchObject({ stdout: "out", stderr: "err" });
    expect(lines).toContain("out");
  });

  it("gives the command its environment, its standard input, its folder and its interpreter", async () => {
    const { outputs } = await commands.create(urn, {
      create: "process.stdin.pipe(process.stdout); console.log(process.env.WHO, process.cwd())",
      interpreter: [process.execPath, "-e"],
      environment: { WHO: "Ada" },
      stdin: "typed",
      dir: "/",
    });
    expect(outputs["stdout"]).toBe("Ada /\ntyped");
  });

  it("fails with the exit code, the command and what it said", async () => {
    await expect(commands.create(urn, { create: "echo no space >&2; exit 3" })).rejects.toThrow(
      'exit status 3: running "echo no space >&2; exit 3":\nno space',
    );
  });

  it("runs `update`, or else `create`, with the previous output at hand", async () => {
    const old = made({ create: "echo 1" }, { stdout: "1", stderr: "" });
    const inputs = { create: "echo 2", update: "echo was $PULUMI_COMMAND_STDOUT" };
    expect((await commands.update(old, inputs))["stdout"]).toBe("was 1");
    expect((await commands.update(old, { create: "echo again" }))["stdout"]).toBe("again");
  });

  it("is replaced when its triggers change, updated when anything else does", async () => {
    const old = made({ create: "echo 1", triggers: ["a"] });
    expect(await commands.diff(old, { create: "echo 1", triggers: ["b"] })).toMatchObject({
      changes: "some",
      replaces: ["triggers"],
    });
    expect(await commands.diff(old, { create: "echo 2", triggers: ["a"] })).toMatchObject({
      changes: "some",
      replaces: [],
    });
    expect(await commands.diff(old, old.inputs)).toMatchObject({ changes: "none" });
  });

  it("ends a running command when the operation is cancelled", async () => {
    const running = commands.create(urn, { create: "echo started; sleep 60" });
    while (!lines.includes("started")) await new Promise((resolve) => setTimeout(resolve, 5));
    commands.cancel();
    await expect(running).rejects.toThrow('signal: killed: running "echo started; sleep 60":');
  });

  it("refuses assets, which it does not collect", async () => {
    const { failures } = await commands.check(urn, {}, { create: "x", assetPaths: ["*.txt"] });
    expect(failures).toEqual([
      {
        property: "assetPaths",
        reason: "embedded engine: not supported by the stand-in for the command plugin",
      },
    ]);
  });
});
