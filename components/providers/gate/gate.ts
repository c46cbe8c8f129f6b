import { gateOutcome, type CheckResult, type VerdictRules } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { effectFailed, hasUnknown, refusal, sameJson, type Props, type Verbs } from "../verbs";
import { runChecks } from "./checks";
import { whyNotClosable } from "./closing";
import type { RunnerInput } from "../migrations/runner";

/** A service as a gate looks at it. */
export interface GateService {
  service: string;
  serviceId?: string;
  url?: string;
  healthPath: string;
  flagsPath?: string;
  /** By key: the values that must run. */
  flags: Record<string, string>;
}

/** A group of migrations as a gate looks at it. */
export interface GateMigrations {
  ids: string[];
  target: string[];
}

/** One phase's memory: open while the rollout stands in it, closed by advancing to the next one. */
export interface GateInputs {
  phase: string;
  state: "open" | "closed";
  /** A system that was part-way before we came (`adopt`): its earlier gates may be made closed. */
  adopted: boolean;
  soakSeconds: number;
  timeZone: string;
  services: GateService[];
  migrations: GateMigrations[];
  runner?: RunnerInput;
  rules: VerdictRules;
  /** Only while open: by service, the deploy that it verifies. A new one makes it verify again. */
  deploys?: Record<string, string>;
  /** Only while open: by group of migrations, its revision. */
  schema?: Record<string, string>;
}

/** The evidence of a phase; the report is made from it. */
export interface GateOutputs extends GateInputs {
  version: 1;
  status: "succeeded" | "failed";
  /** ISO times on Render's clock. */
  verifiedAt: string;
  passedAt?: string;
  closedAt?: string;
  checks: CheckResult[];
}

export function gateVerbs(context: ProviderContext): Verbs<GateInputs, GateOutputs> {
  const { log } = context;

  async function verify(inputs: GateInputs, olds?: GateOutputs): Promise<GateOutputs> {
    const checks = await runChecks(context, inputs);
    const { outcome, stoppedBy, warnedBy } = gateOutcome(checks, inputs.rules);
    const verifiedAt = (await context.now()).toISOString();
    for (const { check, summary } of warnedBy) log(`gate ${inputs.phase}: warning, ${check}: ${summary}`);
    const outputs = { ...inputs, version: 1 as const, verifiedAt, checks };
    if (outcome === "fail") {
      const reasons = stoppedBy.map(({ check, verdict, summary }) => `${check}: ${verdict}: ${summary}`);
      const message = [
        `gate ${inputs.phase} did not pass:`,
        ...reasons.map((reason) => `  ${reason}`),
        `Next: go back to the prior config and run the update again; flags that are declared off are then off and live.`,
      ].join("\n");
      throw effectFailed(idOf(inputs), outputs, new Error(message));
    }
    log(`gate ${inputs.phase}: passed, ${checks.length} checks`);
    // A gate that passes again after a retry soaks from its first pass only if nothing changed in between.
    const unchanged = olds?.status === "succeeded" && sameJson(olds.deploys, inputs.deploys);
    return { ...outputs, status: "succeeded", passedAt: (unchanged ? olds.passedAt : undefined) ?? verifiedAt };
  }

  async function requireClosable(olds: GateOutputs, news: GateInputs): Promise<void> {
    const why = await whyNotClosable(context, olds, news);
    if (why.length > 0) throw refusal(why.join("\n"));
  }

  return {
    check(olds, news) {
      const skipped = olds.phase === undefined && news.state === "closed" && !news.adopted;
      const failures = skipped ? [{ property: "state", reason: skippedPhase(news.phase) }] : [];
      // A gate keeps what it verified when it closes: in a preview only its state changes.
      const keeps = news.state === "closed" && olds.phase !== undefined;
      const { state, soakSeconds, timeZone } = news;
      return Promise.resolve({ inputs: keeps ? { ...news, ...olds, state, soakSeconds, timeZone } : news, failures });
    },

    async diff(_id, olds, news) {
      if (news.state === "closed") {
        if (olds.state === "closed") return { changes: olds.status !== "succeeded" };
        await requireClosable(olds, news);
        return { changes: true };
      }
      const changes = hasUnknown(news) || olds.status !== "succeeded" || !sameJson(declared(olds), declared(news));
      return { changes };
    },

    async create(inputs) {
      if (inputs.state === "open") return { id: idOf(inputs), outs: await verify(inputs) };
      const at = (await context.now()).toISOString();
      log(`gate ${inputs.phase}: adopted as closed, nothing was verified`);
      const outs = { ...inputs, version: 1 as const, status: "succeeded" as const, verifiedAt: at, passedAt: at, closedAt: at, checks: [] };
      return { id: idOf(inputs), outs };
    },

    // What a gate found stays true for its time; a failed one stays failed across refresh.
    read: (id, props) => Promise.resolve({ id, props, inputs: declared(props) as unknown as GateOutputs }),

    async update(_id, olds, news) {
      if (news.state === "open") return { outs: await verify(news, olds) };
      if (olds.state === "open") await requireClosable(olds, news);
      const closedAt = olds.closedAt ?? (await context.now()).toISOString();
      log(`gate ${news.phase}: closed`);
      return { outs: { ...olds, ...declared(news), status: "succeeded", closedAt } as GateOutputs };
    },

    delete: (_id, props) => {
      log(`gate ${props.phase}: its phase is not reached any more; nothing outside changes`);
      return Promise.resolve();
    },
  };
}

function skippedPhase(phase: string): string {
  return (
    `phases cannot be skipped: gate ${phase} was never open. Move \`phase\` on by one at a time, ` +
    `or take over a system that is already part-way with \`adopt: <phase>\`.`
  );
}

/** The inputs as declared, for comparison and for refresh. */
function declared(props: GateInputs): Props {
  const { phase, state, adopted, soakSeconds, timeZone, services, migrations, runner, rules, deploys, schema } = props;
  return { phase, state, adopted, soakSeconds, timeZone, services, migrations, runner, rules, deploys, schema };
}

function idOf({ phase }: GateInputs): string {
  return `gate ${phase}`;
}
