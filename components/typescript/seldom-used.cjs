// Libraries spend most of a process's start on loading what is seldom used of them: Pulumi's SDK above all. Where this comes
// first, that is loaded when something of it is used. Nothing that a program, a provider or a command can see is different.
const Module = require("node:module");
const path = require("node:path");

/** Who asks for it → what is asked for. */
const seldomUsed = [
  // Serializes functions: in a program that has providers, not in their host and not in a command.
  [/\/runtime\/closure\/parseFunction\.js$/, /\/typescript-shim$/],
  // Finds the packages that a serialized function requires.
  [/\/runtime\/closure\/codePaths\.js$/, /^@npmcli\/arborist$/],
  // Drives a CLI: commands ask for it under its own name.
  [/\/@pulumi\/pulumi\/index\.js$/, /^\.\/automation$/],
  [/\/cmd\/run\/tracing\.js$/, /^@opentelemetry\/(?!api$)/],
  // Says what is wrong in fifty languages.
  [/\/zod\/v4\/(core\/index|classic\/external)\.cjs$/, /\/locales\/index\.cjs$/],
];

putInPlace(
  (asker, request) => seldomUsed.some(([from, what]) => from.test(asker) && what.test(request)),
  (file) => lazily(() => require(file)),
);

// Pulumi's maps name files that are not there ("node_modules/@pulumi/resource.ts"), and Node 20 does not come to the end of colouring a
// stack with such a name, as Pulumi does for its trace: a program that threw anything ended after half a minute.
putInPlace(
  (asker, request) =>
    /\/@pulumi\/pulumi\/cmd\/run\/index\.js$/.test(asker) && request === "source-map-support/register",
  () => ({}),
);

/**
 * Puts a module of our own in the place of another one. Only where a request leads to is changed, so that no stack of a program
 * or a provider shows this file.
 * @param {(asker: string, request: string) => boolean} isMeant the asker's path, with slashes everywhere.
 * @param {(file: string) => unknown} exportsFor what is there instead of the file's own.
 */
function putInPlace(isMeant, exportsFor) {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    const file = resolve.call(this, request, parent, ...rest);
    if (!isMeant((parent?.filename ?? "").replaceAll("\\", "/"), request)) return file;
    const name = `${file} (${path.basename(__filename)})`;
    Module._cache[name] ??= Object.assign(new Module(name), { loaded: true, exports: exportsFor(file) });
    return name;
  };
}

/** A module that is loaded when something of it is used. */
function lazily(loadNow) {
  let loaded;
  const get = (_, key) => (key === "__esModule" ? true : (loaded ??= loadNow())[key]);
  return new Proxy({}, { get });
}

exports.putInPlace = putInPlace;
