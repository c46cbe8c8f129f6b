// A tiny web service: says what it runs with. Slow answers on request; faults as the sample backend would have them.
import http from "node:http";

const { PORT, GREETING = "", RENDER_GIT_COMMIT = "", RENDER_INSTANCE_ID = "" } = process.env;
const faults = JSON.parse(process.env.FELIX_FAULTS ?? "[]").filter(
  ({ flag }) => process.env[flag] === "true",
);
const unhealthy = faults.some(({ kind }) => kind === "unhealthy");
if (process.env.CRASH_AT_START === "true") {
  console.error("cannot start: no database");
  process.exit(3);
}
console.log(`listening with GREETING=${GREETING}`);
const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const answer = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  if (url.pathname === "/health") return answer(unhealthy ? 503 : 200, { status: unhealthy ? "down" : "ok" });
  if (url.pathname === "/error") return answer(500, { error: "broken" });
  if (url.pathname === "/exit") process.exit(4);
  if (url.pathname === "/log") console.log(url.searchParams.get("line"));
  const say = () =>
    answer(200, {
      greeting: GREETING,
      commit: RENDER_GIT_COMMIT,
      instance: RENDER_INSTANCE_ID,
      pid: process.pid,
      env: process.env,
    });
  setTimeout(say, Number(url.searchParams.get("ms") ?? 0));
});
server.listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => {
  if (process.env.IGNORE_SIGTERM !== "true") server.close(() => process.exit(0));
});
