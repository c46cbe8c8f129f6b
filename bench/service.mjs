// A service with a flag, for bench/gates.ts: answers take lognormal times, the same ones for the same seed.
// Over IPC: {open: id, seed} → {opened: id, port}; {id, flag: "same" | "slower" | "broken"} turns the flag on → {turned: id}.
import { createServer } from "node:http";

const MEDIAN_MS = 25;
const SIGMA = 0.35;
const SLOWER = 1.3;
const BROKEN_SHARE = 0.06;
const flags = new Map();

process.on("message", (message) => {
  if (message.open === undefined) {
    flags.set(message.id, message.flag);
    process.send({ turned: message.id });
    return;
  }
  const random = mulberry(message.seed);
  const server = createServer((request, response) =>
    answer(request, response, random, flags.get(message.open)),
  );
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1", () => process.send({ opened: message.open, port: server.address().port }));
});
process.on("disconnect", () => process.exit(0));

function answer(request, response, random, flag) {
  if (request.url === "/health") {
    response.end('{"status":"ok","database":"ok"}');
    return;
  }
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const ms = MEDIAN_MS * Math.exp(SIGMA * normal) * (flag === "slower" ? SLOWER : 1);
  const fails = flag === "broken" && random() < BROKEN_SHARE;
  setTimeout(() => {
    response.statusCode = fails ? 500 : 200;
    response.end('{"orders":[]}');
  }, ms);
}

function mulberry(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
