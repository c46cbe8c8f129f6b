import { describe, expect, it, onTestFinished, vi } from "vitest";

import { RolloutError } from "../../components/errors";
import { BACKEND, FRONTEND, json, servedSystem, silence } from "./support/verified-system";

describe("prints no secret", () => {
  const KEY = "rnd_CanaryCanaryCanary00";
  const PASSWORD = "canary-pass-0815";
  const VALUE = "canary-value-4711";

  it.each([{ json: true }, {}, { watch: true, rounds: 1 }, { watch: true, rounds: 1, json: true }])(
    "%j: of the environment, of Render's variables, of what services answer",
    async (options) => {
      vi.stubEnv("RENDER_API_KEY", KEY);
      onTestFinished(() => void vi.unstubAllEnvs());
      const leaky = await servedSystem({
        backend: {
          "/health": json(
            // An excerpt would end before the "@" by which the address is known to hold a password.
            { error: `${"no connection ".repeat(6)}postgres://felix:${PASSWORD}@db.example/felix` },
            500,
          ),
        },
      });
      leaky.values[BACKEND]!.set("ENABLE_CAR_NUMBER", VALUE).set(
        "DATABASE_URL",
        `postgres://u:${PASSWORD}@x/y`,
      );
      leaky.ports = { ...leaky.ports, columns: 80 };
      leaky.faults.before = (call) => {
        if (call.startsWith(`GET service ${FRONTEND}`))
          throw new RolloutError("X", `the key ${KEY} was refused`);
      };
      expect(await leaky.verify({ ...options, samples: 1 })).toBe(1);
      const printed = [...leaky.desk.data, ...leaky.desk.said].join("\n");
      const words = printed.replaceAll("\\", "").replaceAll(/[│\s]+/g, " ");
      expect(words).toContain("HTTP 500, an answer that looks as if it");
      expect(words).toMatch(/on Render neither "true" nor .*"false", runs on/);
      expect(words).toContain("the key [secret] was refused");
      for (const canary of [KEY, PASSWORD, VALUE]) expect(printed).not.toContain(canary);
    },
  );
});

it("an interrupt ends it at once, and what was half looked at is not called well", async () => {
  const hanging = await servedSystem({ backend: { "/api/orders": silence } });
  setTimeout(() => {
    hanging.desk.interrupt();
  }, 100);
  const began = performance.now();
  await expect(hanging.verify()).rejects.toThrow(
    "stopped before everything was looked at; nothing was changed.",
  );
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(hanging.desk.data).toEqual([]);
});
