import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { ordinaryUser } from "./ordinary-user";

/** Makes an empty cluster in the folder, with one user who may do everything; leaves one that is there as it is. */
export function makeCluster(initdb: string, dataDir: string, user: string, password: string): void {
  if (existsSync(join(dataDir, "PG_VERSION"))) return;
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  const runAs = ordinaryUser();
  if (runAs.uid !== undefined && runAs.gid !== undefined) chownSync(dataDir, runAs.uid, runAs.gid);
  const passwordFolder = mkdtempSync(join(tmpdir(), "rollout-postgres-user-"));
  const passwordFile = join(passwordFolder, "password");
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    if (runAs.uid !== undefined && runAs.gid !== undefined) {
      chownSync(passwordFile, runAs.uid, runAs.gid);
      chownSync(passwordFolder, runAs.uid, runAs.gid);
    }
    const words = [
      "-D",
      dataDir,
      "-U",
      user,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
    ];
    execFileSync(initdb, [...words, "--locale=C", "--no-sync", "--no-instructions"], {
      ...runAs,
      cwd: dataDir,
      stdio: "pipe",
    });
  } finally {
    rmSync(passwordFolder, { recursive: true, force: true });
  }
}
