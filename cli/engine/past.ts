import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";

import type { Stack } from "@pulumi/pulumi/automation";
import pLimit from "p-limit";

import type { Past, StoredResource } from "./port";
import { readResources } from "./stored-resources";

/** Updates on one page of the history, and how many pages are read at the most. */
const PAGE = 100;
const MOST_PAGES = 20;

/** Each earlier state costs a process where a backend has to be asked for it. */
const MOST_ASKED = 60;
const AT_ONCE = 2;
const MOST_BYTES = 64 * 1024 * 1024;

type Guard = <T>(action: () => Promise<T>) => Promise<T>;

/** The stack's past, by the Automation API; earlier states from where the backend keeps them. */
export function pastOf(stack: Stack, executable: string, guarded: Guard): Past {
  return {
    updates: () =>
      guarded(async () => {
        const found: unknown[] = [];
        for (let page = 1; page <= MOST_PAGES; page++) {
          const some = await stack.history(PAGE, page, false);
          found.push(...some);
          if (some.length < PAGE) break;
        }
        return found;
      }),
    states: (updates) =>
      guarded(async () => {
        const { url = "" } = await stack.workspace.whoAmI().catch(() => ({ url: undefined }));
        return url.startsWith("file:")
          ? kept(url, await fullNames(stack), updates.length)
          : asked(stack, executable, updates);
      }),
  };
}

/** A local backend keeps the state of each update beside its history. @source Pulumi's DIY backend, `.pulumi/history`. */
function kept(
  url: string,
  { project, name }: { project: string; name: string },
  count: number,
): (StoredResource[] | undefined)[] {
  const root = url.startsWith("file://~")
    ? join(process.env["HOME"] ?? "", url.slice("file://~".length))
    : fileURLToPath(url);
  const folder = join(root, ".pulumi", "history", project, name);
  const files = foldersFiles(folder).filter((file) => /\.checkpoint\.json(\.gz)?$/.test(file));
  // One too many or too few, and nobody knows which belongs to which update.
  if (files.length !== count) return Array.from({ length: count }, () => undefined);
  return files.map((file) => {
    try {
      const bytes = readFileSync(join(folder, file));
      const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
      const { checkpoint } = JSON.parse(text) as { checkpoint?: { latest?: unknown } };
      return readResources(checkpoint?.latest);
    } catch {
      return undefined;
    }
  });
}

function foldersFiles(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

async function fullNames(stack: Stack): Promise<{ project: string; name: string }> {
  const { name: project } = await stack.workspace.projectSettings();
  return { project, name: stack.name.split("/").at(-1) ?? stack.name };
}

/** Pulumi Cloud keeps them, by version; other backends refuse. */
async function asked(
  stack: Stack,
  executable: string,
  updates: readonly unknown[],
): Promise<(StoredResource[] | undefined)[]> {
  const versions = updates.map((update) => (update as { version?: number }).version ?? 0).reverse();
  const oldest = Math.max(0, versions.length - MOST_ASKED);
  const limit = pLimit(AT_ONCE);
  let refused = false;
  return Promise.all(
    versions.map((version, index) =>
      limit(async () => {
        if (refused || version === 0 || index < oldest) return undefined;
        try {
          const { stdout } = await promisify(execFile)(
            executable,
            ["stack", "export", "--version", String(version), "--stack", stack.name],
            { cwd: stack.workspace.workDir, maxBuffer: MOST_BYTES },
          );
          return readResources((JSON.parse(stdout) as { deployment?: unknown }).deployment);
        } catch {
          refused = true;
          return undefined;
        }
      }),
    ),
  );
}
