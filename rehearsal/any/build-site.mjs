// A static site made from a catalogue: `node build-site.mjs OUT_DIR`. Its flags are in its page, and in its report where it has one.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [outDir] = process.argv.slice(2);
const { paths = {}, report, flags = [] } = JSON.parse(process.env.ANSWERS ?? "{}");
const values = Object.fromEntries(flags.map((flag) => [flag, process.env[flag] === "true"]));
const put = (path, text) => {
  const file = join(outDir, path === "/" ? "index.html" : path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};
put(
  "/",
  `<!doctype html><html lang="en"><title>Rehearsal</title><pre>${JSON.stringify(values)}</pre></html>`,
);
for (const [path, body] of Object.entries(paths)) if (path !== "/") put(path, JSON.stringify(body));
if (report !== undefined) put(report.path, JSON.stringify(named(values)));

function named(all) {
  const inner = {};
  for (const [flag, value] of Object.entries(all))
    place(inner, (report.names[flag] ?? flag).split("."), value);
  if (report.at === undefined) return inner;
  const outer = {};
  place(outer, report.at.split("."), inner);
  return outer;
}

function place(target, [first, ...rest], value) {
  if (rest.length === 0) target[first] = value;
  else place((target[first] ??= {}), rest, value);
}
