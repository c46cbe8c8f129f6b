import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";

import { formatProblems, parsePulumiValues, readConfigSources } from "./components/config";
import { planRollout } from "./components/plan/plan-rollout";
import { planSentences } from "./components/plan/sentences";
import { programError } from "./components/resources/program-error";
import { requireSecrets } from "./components/resources/require-secrets";
import { Rollout } from "./components/resources/rollout";

// The map of the product: config → plan → one component → outputs. Nothing outside is touched before all config is valid.
const names = { project: pulumi.getProject(), stack: pulumi.getStack() };
const parsed = parsePulumiValues(allConfig(), readConfigSources(process.cwd(), names.stack), names);
if (!parsed.ok) throw programError(formatProblems(parsed.problems), "CONFIG_INVALID");
requireSecrets();

const plan = planRollout(parsed.config);
for (const sentence of planSentences(plan)) void pulumi.log.info(sentence);

// State written before December 2026 has the type tokens of a module "felix".
const rollout = new Rollout("rollout", parsed.config, plan, {}, "felix");
export const { phase, flags, migrations, deploys, gates } = rollout.outputs;
