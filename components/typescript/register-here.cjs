// For `node -r`, as the npm scripts start commands, and imported first by the program: its hundred files then come from the
// cache at once. Through ts-node, which Pulumi loads index.ts with, or tsx each of them costs some milliseconds.
require("./register.cjs")();
