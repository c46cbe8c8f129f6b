// Ends the stand-in's children when the stand-in is gone, however it went (even by SIGKILL): its end of this pipe closes then.
// Its one argument is the stand-in's directory, which goes as well. It is told "+<process group>" and "-<process group>", a line each, on its standard input.
const { rmSync } = require("node:fs");
const { createInterface } = require("node:readline");

const groups = new Set();
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const group = Number(line.slice(1));
  if (line.startsWith("+")) groups.add(group);
  else groups.delete(group);
});
lines.on("close", () => {
  endAll("SIGTERM");
  setTimeout(() => {
    endAll("SIGKILL");
    rmSync(process.argv[2], { recursive: true, force: true });
    process.exit(0);
  }, 500);
});
// A Ctrl-C in the terminal is for the stand-in; this process has to outlast it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

function endAll(signal) {
  for (const group of groups) {
    try {
      process.kill(-group, signal);
    } catch {
      groups.delete(group);
    }
  }
}
