// The program imports this first: its hundred files then come from the cache at once. Through ts-node, which Pulumi loads
// index.ts with, each of them costs some milliseconds, although nothing is compiled.
require("./register.cjs")();
