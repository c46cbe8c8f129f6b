"use strict";
// Loaded before the SDK's own entry points. The engine holds the other end of this process's standard input and never
// writes to it: when it closes, the engine is gone (even by `kill -9`), and nobody is left to work for.
process.stdin.on("end", () => process.exit(1));
process.stdin.on("error", () => process.exit(1));
process.stdin.resume();
process.stdin.unref();
