// Plain CommonJS, because it is the first thing that the text in a stack's state loads: Pulumi's provider process knows no
// TypeScript. Its path is part of stored state, see docs/decisions/provider-shells.md; nothing may be loaded before a verb
// is called, because `configure` must end at once.
let host;

/** Today's code. */
function loadHost() {
  if (host === undefined) {
    require("../typescript/register.cjs")();
    host = require("./host.ts");
  }
  return host;
}

/** The verbs of one kind of resource, each of which loads its code when it is called. Text in state of before December 2026 asks for them. */
function loadVerbs(kind, config) {
  const verb =
    (name) =>
    (...args) =>
      loadHost()
        .verbs(kind, config)
        [name](...args);
  const names = ["check", "diff", "create", "read", "update", "delete"];
  return Object.fromEntries(names.map((name) => [name, verb(name)]));
}

/** A provider as Pulumi wants one: it configures it before it calls any verb. */
function provider(kind) {
  return {
    configure({ config }) {
      Object.assign(this, loadVerbs(kind, config));
      return Promise.resolve();
    },
  };
}

module.exports = Object.assign(loadVerbs, { provider });
