import { configureGlobal, installGlobalPlugin, interruptAfterTimeLimit } from "fast-check";

// A property is tried for each mutant anew: always with the same examples, as many as fit into this time, and without looking for the
// smallest one that fails. What only more examples would notice counts as not noticed.
configureGlobal({ seed: 20_261_127, endOnFailure: true });
installGlobalPlugin(interruptAfterTimeLimit(1_000));
