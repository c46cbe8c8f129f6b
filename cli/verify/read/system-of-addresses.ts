import {
  formatProblems,
  parseSources,
  readConfigSources,
  type StackConfig,
} from "../../../components/config";
import { RolloutError } from "../../../components/errors";
import { planRollout } from "../../../components/plan/plan-rollout";
import { UsageError } from "../../shared/usage-error";
import { addressGiven, requireAddresses, type Addresses } from "./addresses";
import { expectsOf, shapeOf, type ReadSystem, type VerifiedService } from "../system";

/**
 * The system behind one or two addresses, with neither a stack nor Pulumi nor a key: the catalogue says what to look at.
 * @throws UsageError without an address, or with one that cannot be meant.
 * @throws RolloutError CONFIG_INVALID
 */
export function systemOfAddresses(directory: string, addresses: Addresses): ReadSystem {
  if (addresses.backendUrl === undefined && addresses.frontendUrl === undefined)
    throw new UsageError("name a stack (--stack), or an address (--backend-url, --frontend-url)");
  const config = requireCatalogue(directory);
  requireAddresses(config.services, addresses);
  const plan = planRollout(config);
  const services = config.services.map((service): VerifiedService => {
    const url = addressGiven(config.services, service, addresses);
    const flags = Object.keys(expectsOf(plan, service)).map((key) => ({ key }));
    return { ...shapeOf(service), ...(url === undefined ? {} : { url }), flags };
  });
  const left = services.filter(({ url }) => url === undefined);
  const system = {
    services: services.filter(({ url }) => url !== undefined),
    thresholds: config.thresholds,
    notes: [
      "without --stack nothing says what is declared, on Render and in state: flags are shown as they run, response times without a baseline",
      ...left.map(({ name }) => `${name} was not looked at: no address was given for it`),
    ],
  };
  return () => Promise.resolve(system);
}

/** For the services' paths and the flags' names; no phase is declared here. */
function requireCatalogue(directory: string): StackConfig {
  const project = readConfigSources(directory, "").filter(({ kind }) => kind === "project");
  if (project.length === 0)
    throw new RolloutError(
      "CONFIG_INVALID",
      "there is no Pulumi.yaml here, which says what to look at. Next: run this in the project's directory.",
    );
  const stack = { kind: "stack" as const, file: "the command line", text: "config: {phase: preparation}\n" };
  const parsed = parseSources([stack, ...project], { stack: "" });
  if (parsed.ok) return parsed.config;
  throw new RolloutError(
    "CONFIG_INVALID",
    `the catalogue is not valid; nothing was looked at:\n${formatProblems(parsed.problems)}`,
  );
}
