import { describe, expect, it } from "vitest";
import type { ResourceState } from "../../rehearsal/engine/checkpoint/resource-state";
import { eventLogSink } from "../../rehearsal/engine/display/engine-events";
import { ProgressDisplay } from "../../rehearsal/engine/display/progress-display";
import { propertyLines } from "../../rehearsal/engine/display/property-tree";
import { durationText, summaryLines } from "../../rehearsal/engine/display/summary";
import { Mask } from "../../rehearsal/engine/secrets/mask";
import type { OperationEvent, StepOp, StepReport } from "../../rehearsal/engine/steps/operation-event";
import { asSecret, unknownValue, type PropertyMap } from "../../rehearsal/engine/values/property-value";

const stackUrn = "urn:pulumi:dev::toy::pulumi:pulumi:Stack::toy-dev";
const flagUrn = "urn:pulumi:dev::toy::pulumi-nodejs:dynamic/felix:FeatureFlag::CAR";

function state(urn: string, inputs: PropertyMap, outputs: PropertyMap = {}): ResourceState {
  const type = urn.split("::")[2] ?? "";
  return { urn, type, custom: !type.endsWith("Stack"), inputs, outputs };
}

function step(op: StepOp, old?: ResourceState, now?: ResourceState): StepReport {
  const { urn = "", type = "" } = now ?? old ?? {};
  return { op, urn, type, old, new: now, diffs: [], detailedDiff: undefined, logical: true };
}

function shown(events: OperationEvent[], options: { preview?: boolean; secrets?: string[] } = {}): string {
  const mask = new Mask();
  mask.add(options.secrets ?? []);
  let text = "";
  const display = new ProgressDisplay({
    title: "Previewing update",
    stack: "dev",
    project: "toy",
    preview: options.preview ?? true,
    mask,
    suppressOutputs: false,
    debug: false,
    write: (piece) => (text += piece),
  });
  for (const event of events) display.sink(event);
  return text;
}

const root = state(stackUrn, {});
const unchangedRoot: OperationEvent[] = [
  { kind: "pre", step: step("same", root, root) },
  { kind: "outputs", step: step("same", root, root) },
];
const summary = (changes: Partial<Record<StepOp, number>>): OperationEvent => ({
  kind: "summary",
  summary: { succeeded: true, maybeCorrupt: false, durationMs: 1200, changes },
});

describe("the progress display", () => {
  it("prints a preview as the CLI does where there is no terminal", () => {
    const changed = step("update", state(flagUrn, { value: "false" }), state(flagUrn, { value: "true" }));
    const text = shown([
      { kind: "prelude" },
      ...unchangedRoot,
      {
        kind: "diagnostic",
        diagnostic: { urn: "", severity: "info", message: "hello", streamId: 0, ephemeral: false },
      },
      { kind: "pre", step: changed },
      { kind: "outputs", step: changed },
      summary({ same: 5, update: 1 }),
    ]);
    expect(text).toBe(
      [
        "Previewing update (dev):",
        "",
        "    pulumi:pulumi:Stack toy-dev running hello",
        " ~  pulumi-nodejs:dynamic/felix:FeatureFlag CAR update [diff: ~value]",
        "    pulumi:pulumi:Stack toy-dev  1 message",
        "Diagnostics:",
        "  pulumi:pulumi:Stack (toy-dev):",
        "    hello",
        "",
        "Resources:",
        "    ~ 1 to update",
        "    5 unchanged",
        "",
        "",
      ].join("\n"),
    );
  });

  it("groups diagnostics by resource and counts the resources that had errors", () => {
    const text = shown([
      ...unchangedRoot,
      {
        kind: "diagnostic",
        diagnostic: { urn: flagUrn, severity: "error", message: "no\nlater", streamId: 0, ephemeral: false },
      },
      summary({ same: 1 }),
    ]);
    expect(text).toContain("  pulumi-nodejs:dynamic/felix:FeatureFlag (CAR):\n    error: no\n    later\n");
    expect(text).toContain("    1 errored\n");
  });

  it("shows the news of a running command, and does not keep it", () => {
    const text = shown([
      ...unchangedRoot,
      {
        kind: "diagnostic",
        diagnostic: { urn: flagUrn, severity: "info", message: "50 %", streamId: 0, ephemeral: true },
      },
      summary({}),
    ]);
    expect(text).toContain("FeatureFlag CAR  50 %");
    expect(text).not.toContain("Diagnostics:");
  });

  it("tells changed outputs in a preview, all outputs after an update", () => {
    const now = state(stackUrn, {}, { a: "1", b: "2", c: unknownValue });
    const finished = step("same", state(stackUrn, {}, { a: "1", b: "1", c: "3" }), now);
    const events: OperationEvent[] = [...unchangedRoot, { kind: "outputs", step: finished }, summary({})];
    expect(shown(events)).toContain('Outputs:\n  ~ b: "1" => "2"\n\nResources:');
    expect(shown(events, { preview: false })).toContain(
      'Outputs:\n    a: "1"\n  ~ b: "1" => "2"\n  ~ c: "3" => [unknown]\n',
    );
  });

  it("masks secrets in what programs and providers say, never in its own words", () => {
    const created = step("create", undefined, state(flagUrn, { value: "true" }));
    const text = shown(
      [
        ...unchangedRoot,
        {
          kind: "diagnostic",
          diagnostic: {
            urn: "",
            severity: "info",
            message: "create with rnd_abc",
            streamId: 0,
            ephemeral: false,
          },
        },
        { kind: "pre", step: created },
        summary({ create: 1 }),
      ],
      { secrets: ["create", "rnd_abc"] },
    );
    expect(text).toContain("[secret] with [secret]");
    expect(text).toContain("FeatureFlag CAR create");
    expect(text).not.toContain("rnd_abc");
  });
});

describe("property trees", () => {
  it("align, mark and nest as the CLI's do", () => {
    const before = { list: ["a"], gone: { deep: true }, kept: "x" };
    const after = { list: ["a", "b"], kept: "x", token: asSecret("t") };
    expect(propertyLines(before, after, { indent: 1 })).toEqual([
      "  - gone : {",
      "      - deep: true",
      "    }",
      '    kept : "x"',
      "  ~ list : [",
      '        [0]: "a"',
      '      + [1]: "b"',
      "    ]",
      "  + token: [secret]",
    ]);
  });
});

describe("the summary", () => {
  it("counts kinds of changes, and the sum only where there are several", () => {
    const lines = summaryLines(
      { succeeded: true, maybeCorrupt: false, durationMs: 100, changes: { delete: 1, replace: 1, same: 5 } },
      true,
      0,
    );
    expect(lines).toEqual([
      "Resources:",
      "    - 1 to delete",
      "    +-1 to replace",
      "    2 changes. 5 unchanged",
    ]);
  });

  it.each([
    [100, "1s"],
    [61_000, "1m1s"],
    [3_600_000, "1h0m0s"],
  ])("writes %i ms as %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

describe("the event log", () => {
  it("numbers events, veils secrets, and ends with summary and cancel", () => {
    const mask = new Mask();
    mask.add("s3cr3t");
    const written: Record<string, unknown>[] = [];
    const log = {
      write: (event: object) => written.push(event as Record<string, unknown>),
      close: () => Promise.resolve(),
    };
    const config = new Map([
      [
        "toy:token",
        { text: "s3cr3t", object: undefined, secret: true, shown: "[secret]", secrets: ["s3cr3t"] },
      ],
    ]);
    const sink = eventLogSink(log, { preview: true, config, mask });
    sink({ kind: "prelude" });
    sink({
      kind: "pre",
      step: step("create", undefined, state(flagUrn, { token: asSecret("s3cr3t"), text: "is s3cr3t" })),
    });
    sink({
      kind: "diagnostic",
      diagnostic: {
        urn: flagUrn,
        severity: "error",
        message: "\u001b[31mbad s3cr3t",
        streamId: 0,
        ephemeral: false,
      },
    });
    sink(summary({ create: 1 }));

    expect(written.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
    expect(JSON.stringify(written)).not.toContain("s3cr3t");
    expect(written[0]).toMatchObject({ preludeEvent: { config: { "toy:token": "[secret]" } } });
    expect(written[1]).toMatchObject({
      resourcePreEvent: {
        metadata: { op: "create", urn: flagUrn, old: null, logical: true, detailedDiff: null },
        planning: true,
      },
    });
    expect(written[2]).toMatchObject({
      diagnosticEvent: { urn: flagUrn, prefix: "error: ", message: "bad [secret]\n", severity: "error" },
    });
    expect(written[3]).toMatchObject({
      summaryEvent: { resourceChanges: { create: 1 }, isPreview: true, result: "succeeded" },
    });
    expect(written[4]).toMatchObject({ cancelEvent: {} });
  });
});
