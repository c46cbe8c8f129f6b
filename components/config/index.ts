/** unknown → StackConfig: the only way in, for the program and for every command. Knows nothing of Pulumi's SDK. */
export { loadStackConfig, parseSources } from "./load-stack-config";
export { parsePulumiValues } from "./parse-pulumi-values";
export { parseStackConfig, type ConfigInput, type ParsedConfig } from "./parse-stack-config";
export { PHASES, phaseIndex, type Phase } from "./phases";
export { formatProblems, type Problem } from "./problem";
export { SECRETS, type SecretName } from "./schema/stack";
export { parseSignature } from "./signatures";
export type { ConfigSource } from "./sources/open-source";
export { readConfigSources, shortName, stackFileName, stacksWithFile } from "./sources/read-sources";
export type * from "./types";
