import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

export interface FoundPulumi {
  /** Absolute path of the real CLI. */
  executable: string;
}

/** npm's wrapper, and ours around the real one, which is on the PATH of what it starts. */
const NO_CLI = [join("node_modules", ".bin"), join("without-hangup", "bin")];

/**
 * The real Pulumi CLI on this machine, if there is one: on the PATH, or in the cache that the npm package `pulumi`
 * fills at its first use. npm puts that package's wrapper on the PATH of every script; it is looked past, because
 * merely calling it starts a download.
 */
export function findPulumi(env: NodeJS.ProcessEnv = process.env): FoundPulumi | undefined {
  const name = process.platform === "win32" ? "pulumi.exe" : "pulumi";
  const onPath = (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "" && !NO_CLI.some((part) => folder.includes(part)))
    .map((folder) => join(folder, name));
  const executable = [...onPath, ...cached(env, name)].find(isExecutable);
  return executable === undefined ? undefined : { executable };
}

/** Where the wrapper keeps what it downloaded: `~/.pulumi/versions/<version>/bin`; the newest first. */
function cached(env: NodeJS.ProcessEnv, name: string): string[] {
  const versions = join(env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "versions");
  try {
    const collator = new Intl.Collator("en", { numeric: true });
    const newestFirst = readdirSync(versions).sort((a, b) => collator.compare(b, a));
    return newestFirst.map((version) => join(versions, version, "bin", name));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
