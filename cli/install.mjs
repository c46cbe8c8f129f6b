// Runs before anything is installed, so it uses Node alone: installs exactly what the lock file says, once.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [major, minor] = process.versions.node.split(".").map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: this project needs Node 20.19 or newer.`);
  process.exit(1);
}

if (!existsSync(join(root, "package-lock.json"))) {
  console.error(
    "package-lock.json is missing, so nothing says which packages belong to this checkout. Nothing was started.",
  );
  console.error("Next: git checkout -- package-lock.json, and run the same command again.");
  process.exit(1);
}

if (!isInstalled()) {
  console.error("Installing the packages of package-lock.json (npm ci) …");
  const done = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (done.status !== 0) {
    console.error("npm ci failed: see above. Nothing else was started.");
    process.exit(1);
  }
}

/** npm leaves a copy of the lock file's package list in node_modules: equal lists mean that nothing is to do. */
function isInstalled() {
  const installed = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  const wanted = packagesOf(join(root, "package-lock.json"));
  const present = packagesOf(installed);
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional === true || present[path]?.version === version,
  );
}

/** The packages that a lock file names. One that cannot be read, such as one with the marks of a merge in it, is told where it is the project's own; a copy is made anew. */
function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {};
  } catch (error) {
    if (lockFile.includes("node_modules")) return {};
    console.error(
      `package-lock.json cannot be read: ${error.message.replaceAll(/\s+/g, " ")}. Nothing was started.`,
    );
    console.error(
      "Next: git checkout -- package-lock.json (or end the merge in it), and run the same command again.",
    );
    process.exit(1);
  }
}
