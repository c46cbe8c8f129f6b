// Plain CommonJS, because it runs before anything can read TypeScript: in the program's process, in the provider's and in
// commands, each time through register.cjs.
const { createHash, randomUUID } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const ROOT = path.join(__dirname, "..", "..");
const CACHE = path.join(ROOT, "node_modules", ".cache", "rollout-typescript");
/** Part of each entry's name: a change of this file or of Node's line makes all of them anew. */
const FORM = `3 ${process.versions.node.split(".")[0]}`;
/** Entries that nobody asked for in that time are dropped, milliseconds. */
const KEPT_MS = 30 * 86_400_000;

/**
 * JavaScript of a TypeScript file, types taken off and nothing checked (`npm run check:types` does that).
 * What was made once is kept by the text that it was made from, so an entry can be missing and never be wrong.
 * @returns {{ code: string, map: string }}
 */
function transpile(source, fileName) {
  const place = path.relative(ROOT, fileName);
  const key = createHash("sha256").update(`${FORM}\0${place}\0${source}`).digest("hex");
  const { code, map } = read(key) ?? keep(key, compile(source, fileName));
  // Copies of a checkout share their entries, but each has its own place.
  return { code, map: JSON.stringify({ ...JSON.parse(map), file: fileName, sources: [fileName] }) };
}

function compile(source, fileName) {
  const ts = require("typescript");
  const { outputText, sourceMapText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.CommonJS,
      esModuleInterop: true,
      useDefineForClassFields: true,
      sourceMap: true,
      // Pulumi stores the text of a provider's functions with each resource, twice.
      removeComments: true,
    },
  });
  const code = outputText
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n")
    // A package that is loaded when it is needed is loaded as it wants to be: some cannot be required.
    .replace(
      /Promise\.resolve\(\)\.then\(\(\) => __importStar\(require\(("[^."/][^"]*")\)\)\)/g,
      "import($1)",
    );
  return { code, map: sourceMapText };
}

function read(key) {
  try {
    const file = path.join(CACHE, key);
    const entry = JSON.parse(fs.readFileSync(file, "utf8"));
    return typeof entry.code === "string" && typeof entry.map === "string" ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** A disk that is full or cannot be written costs time, nothing else. Several processes may write the same entry at once. */
function keep(key, entry) {
  try {
    fs.mkdirSync(CACHE, { recursive: true });
    const draft = path.join(CACHE, `.${randomUUID()}`);
    fs.writeFileSync(draft, JSON.stringify(entry));
    fs.renameSync(draft, path.join(CACHE, key));
    dropOld();
  } catch {
    // See above.
  }
  return entry;
}

let dropped = false;

function dropOld() {
  if (dropped) return;
  dropped = true;
  for (const name of fs.readdirSync(CACHE)) {
    const file = path.join(CACHE, name);
    if (Date.now() - fs.statSync(file).mtimeMs > KEPT_MS) fs.rmSync(file, { force: true });
  }
}

exports.transpile = transpile;
