/** unknown → StackConfig: the only way in, for the program and for every command. Knows nothing of Pulumi's SDK. */
export { loadStackConfig, parseSources } from "./load-stack-config";
export { parsePulumiValues } from "./parse-pulumi-values";
export { PHASES, phaseIndex, type Phase } from "./phases";
export { formatProblems } from "./problem";
export { SECRETS, type SecretName } from "./secret-names";
export { readConfigSources, stackFileName } from "./sources/read-sources";
export type * from "./types";
