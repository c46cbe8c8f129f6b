// Lets this process `require` the project's TypeScript. Files of packages are none of its business.
const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { transpile } = require("./transpile.cjs");
require("./seldom-used.cjs");

const ROOT = path.join(__dirname, "..", "..") + path.sep;

module.exports = function registerTypeScript() {
  const before = require.extensions[".ts"];
  if (before?.rollout === true) return;
  const load = (module, fileName) => {
    const ours = fileName.startsWith(ROOT) && !fileName.includes(`${path.sep}node_modules${path.sep}`);
    if (!ours && before !== undefined) {
      before(module, fileName);
      return;
    }
    module._compile(transpile(fs.readFileSync(fileName, "utf8"), fileName).code, fileName);
  };
  findTypeScriptBehindJs();
  // Enumerable, or names without an extension are not found: a loader of a former version's text in state hides its own.
  Object.defineProperty(require.extensions, ".ts", {
    value: Object.assign(load, { rollout: true }),
    enumerable: true,
    configurable: true,
    writable: true,
  });
};

/** `import("./recipe.js")` is how TypeScript wants a file named that is loaded when it is needed: the file is recipe.ts. */
function findTypeScriptBehindJs() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    const asker = parent?.filename ?? "";
    const ours =
      /^\.{1,2}\/.*\.js$/.test(request) && asker.startsWith(ROOT) && !asker.includes("node_modules");
    const file = ours ? path.resolve(path.dirname(asker), request.replace(/js$/, "ts")) : "";
    return ours && fs.existsSync(file) ? file : resolve.call(this, request, parent, ...rest);
  };
}
