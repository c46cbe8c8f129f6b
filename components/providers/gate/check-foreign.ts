import { messageOf } from "../../errors";
import { checkId } from "../../probes/check-id";
import { asJson, type CheckResult } from "../../probes/verdict";
import { classifyDeployStatus, type Deploy, type Service } from "../../render/client";
import type { ProviderContext } from "../context";
import { FRESH_MS } from "../freshness";
import type { GateInputs, GateService } from "./inputs";

/** Looks that are younger than this, in milliseconds, are as good as new ones: they were made for the deploy that is verified. */
const JUST_NOW_MS = 2_000;
/** In evidence; more are counted. */
const SHOWN = 5;

/**
 * Deploys and values on Render that are not this rollout's, looked for once more when all else was judged: what was measured may
 * then be other code, or not what runs after the next deploy. A push, a person, or another state that names the same service.
 * It warns at the most, as going back undoes nothing of somebody else's. Empty where all is ours.
 * @param begin when the verification began, on the process's clock and on Render's.
 */
export async function checkForeign(
  context: ProviderContext,
  inputs: GateInputs,
  begin: { elapsedMs: number; at: Date },
): Promise<CheckResult[]> {
  const tookMs = context.elapsed() - begin.elapsedMs;
  const found = await Promise.all(
    inputs.services.map(async (target) => {
      try {
        const service = await context.observed.service(target);
        return [
          ...(await foreignDeploys(context, inputs, { target, service, begin: begin.at, tookMs })),
          ...(await foreignValues(context, { target, service, tookMs })),
        ];
      } catch (error) {
        return [await notKnown(context, target, error)];
      }
    }),
  );
  return found.flat();
}

interface Look {
  target: GateService;
  service: Service;
  tookMs: number;
}

async function foreignDeploys(
  context: ProviderContext,
  { deploys: ours = {} }: GateInputs,
  { target, service, begin, tookMs }: Look & { begin: Date },
): Promise<CheckResult[]> {
  const ourId = ours[target.serviceKey ?? target.renderName];
  if (ourId === undefined || ourId === "") return [];
  const listed = await context.observed.deploys(service.id, tookMs > JUST_NOW_MS ? 0 : FRESH_MS.moving);
  const foreign = notOurs(listed, ourId);
  if (foreign.length === 0) return [];
  const more = foreign.length > SHOWN ? `, and ${foreign.length - SHOWN} more` : "";
  return [
    {
      check: checkId("foreign-deploy", service.name),
      verdict: "warn",
      summary:
        `not ours (${ourId}): ${foreign
          .slice(0, SHOWN)
          .map((deploy) => sentence(deploy, begin))
          .join("; ")}${more}. ` +
        `What was verified may be other code than what runs now: look at who deploys ${service.name} beside this rollout, and verify again.`,
      observed: foreign
        .map(({ id }) => id)
        .slice(0, SHOWN)
        .join(", "),
      threshold: `no deploy but ours since ${ourId}`,
      probe: `GET /services/${service.id}/deploys`,
      at: (await context.now()).toISOString(),
      evidence: asJson(
        foreign.slice(0, SHOWN).map(({ id, status, trigger, createdAt, finishedAt, commit }) => ({
          ...{ id, status, trigger, createdAt, finishedAt },
          commit: commit?.id,
        })),
      ),
    },
  ];
}

/** What is live or was, or may become so, and came after ours. One that failed changed nothing that runs. */
function notOurs(listed: readonly Deploy[], ourId: string): Deploy[] {
  const ours = listed.find(({ id }) => id === ourId);
  const since = Date.parse(ours?.createdAt ?? "");
  return listed.filter(({ id, status, createdAt }) => {
    if (id === ourId || classifyDeployStatus(status) === "failed") return false;
    // Ours is older than the list is long, or was never listed: then only what is live or coming tells anything.
    if (Number.isNaN(since)) return classifyDeployStatus(status) !== "superseded";
    return Date.parse(createdAt) > since || classifyDeployStatus(status) === "live";
  });
}

function sentence(
  { id, status, trigger = "unknown trigger", createdAt, finishedAt }: Deploy,
  begin: Date,
): string {
  const state = classifyDeployStatus(status);
  const by =
    trigger === "api" ? `${trigger}: a script's, or another state's that names this service` : trigger;
  if (state === "running") return `deploy ${id} (${by}, ${createdAt}) is under way (${status})`;
  const meanwhile = Date.parse(finishedAt ?? createdAt) > begin.getTime();
  const when = meanwhile ? "went live while this gate verified" : "went live before this gate verified";
  return `deploy ${id} (${by}, ${createdAt}) ${when}${state === "superseded" ? " and was replaced since" : ""}`;
}

/** Values that a person or another state wrote over ours; they run at the next deploy, whoever starts it. */
async function foreignValues(
  context: ProviderContext,
  { target, service, tookMs }: Look,
): Promise<CheckResult[]> {
  const declared = Object.entries(target.flags);
  if (declared.length === 0) return [];
  if (tookMs > JUST_NOW_MS) context.observed.forgetEnvVars(service.id);
  const values = await context.observed.envVars(service.id);
  const different = declared.flatMap(([key, wanted]) => {
    const value = values.get(key);
    // An absent variable is off, or what config says that it is.
    if (value === undefined && (wanted === "false" || target.unset?.[key] === "on")) return [];
    return value === wanted ? [] : [{ key, is: shown(value), declared: wanted }];
  });
  if (different.length === 0) return [];
  return [
    {
      check: checkId("foreign-value", service.name),
      verdict: "warn",
      summary:
        `${different.map((each) => `${each.key} is ${each.is} on Render, declared "${each.declared}"`).join("; ")}: ` +
        `written by somebody else since, and it runs at the next deploy of ${service.name}. The next update writes it back.`,
      observed: different.map(({ key }) => key).join(", "),
      threshold: "every flag's variable as declared",
      probe: `GET /services/${service.id}/env-vars`,
      at: (await context.now()).toISOString(),
    },
  ];
}

function shown(value: string | undefined): string {
  if (value === undefined) return "absent";
  return value === "true" || value === "false" ? `"${value}"` : "something else";
}

/** What was judged stands; that nobody else was there meanwhile is not known, and not said. */
async function notKnown(
  context: ProviderContext,
  { renderName }: GateService,
  error: unknown,
): Promise<CheckResult> {
  return {
    check: checkId("foreign-deploy", renderName),
    verdict: "warn",
    summary: `whether anybody else deployed ${renderName} meanwhile is not known: ${messageOf(error)}`,
    probe: "GET /services/…/deploys",
    at: (await context.now()).toISOString(),
  };
}
