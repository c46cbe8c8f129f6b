// A tiny static build: bakes VITE_ values into a page and a bundle.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [outDir] = process.argv.slice(2);
if (process.env.VITE_BREAK_BUILD === "true") {
  console.error("error: cannot resolve ./missing");
  process.exit(1);
}
const flags = Object.fromEntries(Object.entries(process.env).filter(([key]) => key.startsWith("VITE_")));
mkdirSync(join(outDir, "assets"), { recursive: true });
writeFileSync(join(outDir, "index.html"), "<!doctype html><script src=/assets/app.js></script>");
writeFileSync(join(outDir, "assets", "app.js"), `const flags = ${JSON.stringify(flags)};`);
writeFileSync(
  join(outDir, "flags.json"),
  JSON.stringify({ ...flags, commit: process.env.RENDER_GIT_COMMIT }),
);
console.log(`built ${Object.keys(flags).length} flags`);
