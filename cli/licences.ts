import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What package-lock.json says of one package. */
interface Locked {
  version?: string;
  license?: string;
  dev?: boolean;
  optional?: boolean;
}

const PAGE = join("docs", "licences.md");
/** Asks nothing of somebody who runs the program from a checkout, or only that a notice stays where it is. */
const PERMISSIVE = new Set([
  ...["MIT", "ISC", "Apache-2.0", "BSD-3-Clause", "BSD-2-Clause", "0BSD", "BlueOak-1.0.0", "Unlicense"],
  ...["CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "PSF-2.0", "(BSD-3-Clause AND Apache-2.0)"],
]);
/** Looked at one by one: what it is, and why it may be used. */
const LOOKED_AT: Record<string, string> = {
  "MPL-2.0": "changes of its own files would have to be published; nobody changes them here",
  "SEE LICENSE IN LICENSE": "the package of that name has the text of MIT in it",
};

/** docs/licences.md: every package of the lock file under its licence. The same lock file makes the same text. */
export function licencesPage(lockFile: string): string {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, Locked> };
  const all = Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, locked]) => ({ name: path.slice(path.lastIndexOf("node_modules/") + 13), ...locked }));
  const licences = [...new Set(all.map(({ license = "none" }) => license))].sort();
  const sections = licences.map((licence) => {
    const under = all.filter(({ license = "none" }) => license === licence);
    return [`## ${licence}`, noteOf(licence), listOf(under)].filter((part) => part !== "").join("\n\n");
  });
  const shipped = all.filter(({ dev }) => dev !== true).length;
  return [
    "# Licences of what is installed",
    "Made by `npm run licences` from `package-lock.json`; do not edit. _Italic_: only tests, rehearsals and checks use it.",
    `${all.length} packages, of which ${shipped} are installed with the program itself. Nothing of them is copied into this repository.`,
    ...sections,
    "",
  ].join("\n\n");
}

/** @returns licences that nobody has looked at, each with its packages. */
export function unknownLicences(lockFile: string): string[] {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, Locked> };
  return Object.entries(packages).flatMap(([path, { license = "none" }]) =>
    path === "" || PERMISSIVE.has(license) || Object.hasOwn(LOOKED_AT, license)
      ? []
      : [`${path}: ${license}`],
  );
}

function noteOf(licence: string): string {
  const why = LOOKED_AT[licence];
  return why === undefined ? "" : `Not permissive alone: ${why}.`;
}

function listOf(packages: readonly (Locked & { name: string })[]): string {
  const rows = packages.map(({ name, version = "", dev }) => {
    const text = `${name} ${version}`;
    return dev === true ? `_${text}_` : text;
  });
  return `${[...new Set(rows)].sort().join(", ")}.`;
}

function main(directory: string): number {
  const lockFile = readFileSync(join(directory, "package-lock.json"), "utf8");
  const unknown = unknownLicences(lockFile);
  writeFileSync(join(directory, PAGE), licencesPage(lockFile));
  for (const each of unknown) console.error(`${each}: nobody has looked at this licence (cli/licences.ts)`);
  return unknown.length === 0 ? 0 : 1;
}

if (require.main === module) process.exit(main(process.cwd()));
