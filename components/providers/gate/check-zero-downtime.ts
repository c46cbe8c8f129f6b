import { checkId } from "../../probes/check-id";
import { asJson, type CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import type { GateInputs } from "./inputs";

/**
 * What the users of each service met while it was deployed for this phase; one whose deploy is older is left out, and where
 * all are, that is said. A downtime that is over warns and does not fail: going back would be one more deploy, and one
 * more downtime.
 */
export async function checkZeroDowntime(
  context: ProviderContext,
  inputs: GateInputs,
): Promise<CheckResult[]> {
  const { zeroDowntime = {}, deploys = {} } = inputs;
  const at = (await context.now()).toISOString();
  if (nothingDeployed(inputs)) return [nothing(inputs.phase, at)];
  return Object.entries(zeroDowntime).flatMap(([service, seen]): CheckResult[] => {
    // Nothing was deployed by us, or there is no address to probe.
    if (seen.probes === 0 || !isDeployedSince(inputs, service)) return [];
    const answered =
      seen.failed > 0
        ? `failed ${seen.failed} of ${seen.probes} probes`
        : seen.probes === 1
          ? "answered its one probe"
          : `answered all ${seen.probes} probes`;
    return [
      {
        check: checkId("zero-downtime", service),
        verdict: seen.failed === 0 ? "pass" : "warn",
        summary: `${service} ${answered} while deploy ${deploys[service] ?? ""} went live`,
        samples: seen.probes,
        observed: `${seen.failed} failed`,
        threshold: "no failed probe",
        probe: seen.probe,
        at,
        ...(seen.failures.length === 0 ? {} : { evidence: asJson(seen.failures.slice(0, 5)) }),
      },
    ];
  });
}

/** False only where the gate before had verified the very deploy that is live now: it belongs to an earlier phase. */
export function isDeployedSince({ deploys = {}, deploysBefore = {} }: GateInputs, service: string): boolean {
  return deploysBefore[service] === undefined || deploysBefore[service] !== deploys[service];
}

function nothingDeployed(inputs: GateInputs): boolean {
  const services = Object.keys(inputs.deploys ?? {});
  return services.length > 0 && !services.some((service) => isDeployedSince(inputs, service));
}

function nothing(phase: string, at: string): CheckResult {
  return {
    check: checkId("zero-downtime"),
    verdict: "pass",
    summary: `nothing was deployed since phase ${phase} began`,
    observed: "no deploy",
    threshold: "no failed probe",
    probe: "the deploys that this gate and the one before it verified",
    at,
  };
}
