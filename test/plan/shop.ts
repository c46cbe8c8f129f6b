import { formatProblems, parseSources, type StackConfig } from "../../components/config";
import { validProjectYaml, validStackYaml } from "../config/wrong-configs";

/**
 * A small shop: a flag on its API that needs 001_carts (phase migrations), one on its site, and 002_wishes (phase ui).
 * Tests name only what they change.
 */
export function shop(changes: Partial<StackConfig> = {}): StackConfig {
  const files = [
    { kind: "stack" as const, file: "Pulumi.prod.yaml", text: validStackYaml },
    { kind: "project" as const, file: "Pulumi.yaml", text: validProjectYaml },
  ];
  const parsed = parseSources(files, { stack: "prod" });
  if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
  return { ...parsed.config, ...changes };
}
