import { describe, expect, it } from "vitest";

import { watchHealth } from "../../../components/providers/deploy/zero-downtime";
import type { ProbeAnswer } from "../../../components/probes/http";
import { fakeWorld } from "../../support/fake-context";

const URL_ = "https://backend.example/health";
const ok: ProbeAnswer = { answered: true, status: 200, body: "{}", ms: 4 };
const bad: ProbeAnswer = { answered: true, status: 502, body: "", ms: 4 };
const silent: ProbeAnswer = { answered: false, error: "no answer within 5 s", ms: 5_000 };

/** Probes are answered in this order, a second apart; with the last one the watch ends. */
async function watched(answers: ProbeAnswer[], options: { maySleep?: boolean; away?: number[] } = {}) {
  const world = fakeWorld();
  const asked: unknown[] = [];
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => {
    ended = resolve;
  });
  world.context.probe = async (request) => {
    asked.push(request);
    if (asked.length === answers.length) ended();
    return answers[asked.length - 1]!;
  };
  Object.assign(world.context, {
    asleep: { disturbed: () => options.away?.includes(asked.length) ?? false },
  });
  const watch = watchHealth(world.context, URL_, options.maySleep);
  await end;
  return { seen: await watch.stop(), asked };
}

describe("the watch beside a deploy", () => {
  it("counts what was asked and what failed, and keeps when and how", async () => {
    const { seen, asked } = await watched([ok, bad, silent, ok]);
    expect(seen).toEqual({
      probe: `GET ${URL_}`,
      probes: 4,
      failed: 2,
      failures: [
        { at: "2026-11-24T21:00:01.000Z", answer: "HTTP 502" },
        { at: "2026-11-24T21:00:02.000Z", answer: "no answer within 5 s" },
      ],
    });
    expect(asked[0]).toEqual({ url: URL_, timeoutMs: 5_000 });
  });

  it("keeps the first ten failures and counts them all", async () => {
    const { seen } = await watched(Array<ProbeAnswer>(12).fill(bad));
    expect(seen).toMatchObject({ probes: 12, failed: 12 });
    expect(seen.failures).toHaveLength(10);
  });

  it("does not blame the service for what this machine slept through, and still blames it for an answer", async () => {
    expect((await watched([ok, silent, bad], { away: [2, 3] })).seen).toMatchObject({ probes: 2, failed: 1 });
  });

  it("takes the silence before the first good answer for sleep where the service may sleep, and only that", async () => {
    expect((await watched([silent, bad, ok, ok], { maySleep: true })).seen).toMatchObject({
      probes: 2,
      failed: 0,
      failures: [],
    });
    expect((await watched([silent, ok, silent, ok], { maySleep: true })).seen).toMatchObject({
      probes: 3,
      failed: 1,
    });
    expect((await watched([silent, silent], { maySleep: true })).seen).toMatchObject({
      probes: 2,
      failed: 2,
    });
    expect((await watched([silent, ok, ok])).seen).toMatchObject({ probes: 3, failed: 1 });
  });

  it("of a service without an address probes nothing and says so", async () => {
    expect(await watchHealth(fakeWorld().context, undefined).stop()).toEqual({
      probe: "none",
      probes: 0,
      failed: 0,
      failures: [],
    });
  });
});
