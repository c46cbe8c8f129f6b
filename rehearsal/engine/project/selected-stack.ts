import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { isMap, type PropertyValue } from "../values/property-value";
import type { Project } from "./project-file";

/** The stack that `pulumi stack select` chose for this project, by its full name, or undefined.
 *  Kept in the same file as the CLI's. */
export function findSelectedStack(project: Project): string | undefined {
  const file = settingsFile(project);
  if (!existsSync(file)) return undefined;
  const settings = JSON.parse(readFileSync(file, "utf8")) as PropertyValue;
  const stack = isMap(settings) ? settings["stack"] : undefined;
  return typeof stack === "string" && stack !== "" ? stack : undefined;
}

export function selectStack(project: Project, fullName: string): void {
  const file = settingsFile(project);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ stack: fullName }, null, 4));
}

export function forgetSelectedStack(project: Project): void {
  rmSync(settingsFile(project), { force: true });
}

/** Pulumi's own folder, for what belongs to the user rather than to a project. */
function pulumiHome(): string {
  return process.env["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
}

function settingsFile(project: Project): string {
  const hash = createHash("sha1").update(project.file).digest("hex");
  return path.join(pulumiHome(), "workspaces", `${project.name}-${hash}-workspace.json`);
}
