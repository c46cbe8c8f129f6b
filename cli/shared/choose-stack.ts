import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { closest } from "fastest-levenshtein";

import { shortName, stacksWithFile } from "../../components/config/sources/read-sources";
import { UsageError } from "./usage-error";

/** A stack to work on, and where its name comes from. */
export interface ChosenStack {
  stack: string;
  /** Absent where it was named on the command line. */
  because?: string;
}

/**
 * The stack that a command works on: the one that is named, else PULUMI_STACK, else the one that `pulumi stack select` has
 * selected for this directory, else the only one that has a file. A name without a file is refused, with the closest that has one.
 * @throws UsageError where none can be told.
 */
export function chooseStack(
  directory: string,
  named: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): ChosenStack {
  const stacks = stacksWithFile(directory);
  if (named !== undefined) {
    requireFile(named, stacks);
    return { stack: named };
  }
  const fromEnvironment = env["PULUMI_STACK"];
  if (fromEnvironment !== undefined && fromEnvironment !== "")
    return { stack: fromEnvironment, because: "PULUMI_STACK says so" };
  const selected = selectedStack(directory, env);
  if (selected !== undefined && stacks.includes(shortName(selected)))
    return { stack: withoutUsualOwner(selected), because: "`pulumi stack select` selected it" };
  const [only] = stacks;
  if (only !== undefined && stacks.length === 1)
    return { stack: only, because: "no other one has a file here" };
  const known =
    stacks.length === 0
      ? "there is no Pulumi.<stack>.yaml here; run this in the project's directory"
      : `the stacks here are ${stacks.join(", ")}. Next: add --stack ${stacks[0] ?? ""}, or \`pulumi stack select ${stacks[0] ?? ""}\` once`;
  throw new UsageError(`which stack? None is named or selected: ${known}.`);
}

/** State in a bucket or in files knows one owner alone, "organization": nobody types it. */
function withoutUsualOwner(stack: string): string {
  return stack.startsWith("organization/") ? shortName(stack) : stack;
}

function requireFile(named: string, stacks: readonly string[]): void {
  const name = shortName(named);
  if (stacks.includes(name) || stacks.length === 0) return;
  throw new UsageError(
    `--stack ${named}: there is no Pulumi.${name}.yaml; did you mean ${closest(name, stacks)}? The stacks here are ${stacks.join(", ")}`,
  );
}

/**
 * What `pulumi stack select` remembers, by the path of the project's file.
 * @source pulumi sdk/go/common/workspace/workspace.go: `<home>/workspaces/<project>-<sha1 of the path>-workspace.json`.
 */
function selectedStack(directory: string, env: NodeJS.ProcessEnv): string | undefined {
  const project = ["Pulumi.yaml", "Pulumi.yml"].map((name) => resolve(directory, name)).find(existsSync);
  if (project === undefined) return undefined;
  const name = /^name:\s*["']?([\w.-]+)/m.exec(readFileSync(project, "utf8"))?.[1];
  const home = env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const hash = createHash("sha1").update(project).digest("hex");
  try {
    const text = readFileSync(join(home, "workspaces", `${name ?? ""}-${hash}-workspace.json`), "utf8");
    const { stack } = JSON.parse(text) as { stack?: unknown };
    return typeof stack === "string" && stack !== "" ? stack : undefined;
  } catch {
    return undefined;
  }
}
