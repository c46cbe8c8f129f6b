// Plain CommonJS, because it is the first thing that the text in a stack's state loads: Pulumi's provider process knows no
// TypeScript. Its path is part of stored state, see docs/decisions/provider-shells.md; nothing may be loaded before a verb
// is called, because `configure` must end at once.
const path = require("node:path");

let host;

/** Today's code, through tsx; the namespace keeps its hooks off everything else in the process. */
function loadHost() {
  const { register } = require("tsx/cjs/api");
  host ??= register({ namespace: "rollout" }).require("./host.ts", path.join(__dirname, "load-verbs.cjs"));
  return host;
}

/** The verbs of one kind of resource, each of which loads its code when it is called. */
module.exports = function loadVerbs(kind, config) {
  const verb =
    (name) =>
    (...args) =>
      loadHost()
        .verbs(kind, config)
        [name](...args);
  const names = ["check", "diff", "create", "read", "update", "delete"];
  return Object.fromEntries(names.map((name) => [name, verb(name)]));
};
