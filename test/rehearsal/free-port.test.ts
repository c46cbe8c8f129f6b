import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it } from "vitest";

import { freePort } from "../../rehearsal/free-port";

it("is a port that can be listened on, and none that the system hands out to connections meanwhile", async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, freePort));
  expect(ports.every((port) => port >= 20_000 && port < 32_768)).toBe(true);
  const server = createServer().listen(ports[0], "127.0.0.1");
  await once(server, "listening");
  server.close();
});
