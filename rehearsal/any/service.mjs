// A service made from a catalogue: ANSWERS says what it answers. While a flag is on for which FELIX_FAULTS names a bug it is
// unhealthy (after three good looks), slow, or fails every fifth request.
import http from "node:http";

const { PORT, ANSWERS = "{}", FELIX_FAULTS = "[]" } = process.env;
const { paths = {}, report, flags = [] } = JSON.parse(ANSWERS);
const ON = new Set(["1", "true", "t", "yes", "y", "on"]);
const isOn = (flag) => ON.has((process.env[flag] ?? "").trim().toLowerCase());
const bugs = JSON.parse(FELIX_FAULTS).filter(({ flag }) => isOn(flag));
const has = (kind) => bugs.some((bug) => bug.kind === kind);
let asked = 0;

http
  .createServer((request, response) => {
    const path = request.url.split("?")[0];
    asked += 1;
    const answer = (status, body) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (path === report?.path) return answer(200, reported());
    if (has("unhealthy") && asked > 3) return answer(503, { status: "down" });
    if (has("errors") && asked % 5 === 0) return answer(500, { error: "broken" });
    setTimeout(() => answer(200, paths[path] ?? {}), has("slow") ? 120 : 20);
  })
  .listen(Number(PORT), "127.0.0.1", () => console.log("listening"));
process.on("SIGTERM", () => process.exit(0));

function reported() {
  const inner = {};
  for (const flag of flags) place(inner, (report.names[flag] ?? flag).split("."), isOn(flag));
  if (report.at === undefined) return inner;
  const outer = {};
  place(outer, report.at.split("."), inner);
  return outer;
}

function place(target, [first, ...rest], value) {
  if (rest.length === 0) target[first] = value;
  else place((target[first] ??= {}), rest, value);
}
