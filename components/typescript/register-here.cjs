// For `node -r`: as the npm scripts start commands, and as Pulumi starts the program (`nodeargs` in Pulumi.yaml). A hundred files
// then come from the cache at once. Through ts-node or tsx each of them costs some milliseconds, and a compiler is loaded first.
require("./register.cjs")();
