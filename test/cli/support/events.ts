import type { EngineEvent } from "../../../cli/engine/port";

/** Engine events as data, in the form that both engines give them; recorded runs were the model. */

type Op = "same" | "create" | "update" | "delete" | "refresh";

interface Change {
  op: Op;
  type: string;
  name: string;
  old?: { inputs?: object; outputs?: object };
  new?: { inputs?: object; outputs?: object };
}

const TYPES: Record<string, string> = {
  FeatureFlag: "pulumi-nodejs:dynamic/rollout:FeatureFlag",
  Deploy: "pulumi-nodejs:dynamic/rollout:Deploy",
  Migrations: "pulumi-nodejs:dynamic/rollout:Migrations",
  Gate: "pulumi-nodejs:dynamic/rollout:Gate",
  Command: "command:local:Command",
  Stack: "pulumi:pulumi:Stack",
};

function metadata({ op, type, name, old, new: news }: Change) {
  const full = TYPES[type] ?? type;
  const urn = `urn:pulumi:prod::felix-hub-rollout::${full}::${name}`;
  const state = (value: Change["old"]) =>
    value === undefined
      ? null
      : {
          type: full,
          urn,
          id: name,
          parent: "",
          provider: "",
          inputs: value.inputs ?? {},
          outputs: value.outputs ?? {},
        };
  return { op, urn, type: full, old: state(old), new: state(news), provider: "", detailedDiff: null };
}

const event = (body: object): EngineEvent => ({ sequence: 0, timestamp: 0, ...body });

export const pre = (change: Change, planning = true) =>
  event({ resourcePreEvent: { metadata: metadata(change), planning } });
export const outputs = (change: Change, planning = false) =>
  event({ resOutputsEvent: { metadata: metadata(change), planning } });
export const failedStep = (change: Change) =>
  event({ resOpFailedEvent: { metadata: metadata(change), status: 1, steps: 0 } });
export const info = (message: string) =>
  event({ diagnosticEvent: { severity: "info", message: `${message}\n\n`, color: "never" } });
export const warning = (message: string) =>
  event({
    diagnosticEvent: {
      severity: "warning",
      message: `<{%fg 3%}>warning: <{%reset%}>${message}\n`,
      color: "never",
    },
  });
export const errorEvent = (message: string) =>
  event({ diagnosticEvent: { severity: "error", message: `${message}\n`, color: "never" } });

const BACKEND = "felix-hub-backend";
export const FRONTEND = "felix-hub-mechanics-frontend";

export const flag = (key: string, from: string | undefined, to: string, service = BACKEND): Change => ({
  op: from === undefined ? "create" : "update",
  type: "FeatureFlag",
  name: key,
  ...(from === undefined
    ? {}
    : {
        old: {
          inputs: { service, key, value: from },
          outputs: { service, key, value: from, status: "succeeded" },
        },
      }),
  new: { inputs: { service, key, value: to } },
});

export const deploy = (service = BACKEND): Change => ({
  op: "update",
  type: "Deploy",
  name: `deploy-${service}`,
  old: { inputs: { service }, outputs: { service, status: "succeeded" } },
  new: { inputs: { service } },
});

export const migrations = (target: string[]): Change => ({
  op: "update",
  type: "Migrations",
  name: "migrations",
  old: { inputs: { target: [] } },
  new: { inputs: { target } },
});

export const gate = (
  phase: string,
  op: Op,
  states: { old?: "open" | "closed"; new?: "open" | "closed" },
): Change => ({
  op,
  type: "Gate",
  name: `gate-${phase}`,
  ...(states.old === undefined ? {} : { old: { inputs: { phase, state: states.old } } }),
  ...(states.new === undefined ? {} : { new: { inputs: { phase, state: states.new } } }),
});

export const same = (type: string, name: string): Change => ({ op: "same", type, name });
