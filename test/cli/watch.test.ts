import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { createChangeLog } from "../../cli/verify/watch/changes";
import type { VerifyReport } from "../../cli/verify/report";
import type { HttpProbe } from "../../components/probes/http";
import { handPulse } from "./support/hand-pulse";
import { BACKEND, json, row, servedSystem, type VerifiedSystem } from "./support/verified-system";

const START = Date.parse("2026-11-24T21:41:00Z");

/** Time and the pulse of a watch, by hand: a second passes when the test says so. */
function byHand(system: VerifiedSystem) {
  let seconds = 0;
  const { ports, ...steps } = handPulse(() => (seconds += 1));
  system.ports = { ...system.ports, ...ports, now: () => new Date(START + seconds * 1000) };
  return steps;
}

const log = (system: VerifiedSystem) =>
  readFileSync(join(system.desk.directory, ".rollout", "prod", "watch.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("a service that is down for eight seconds, between two looks", () => {
  async function outage() {
    const system = await servedSystem();
    const { second, between } = byHand(system);
    between(async () => {
      for (let n = 0; n < 7; n++) await second();
      system.back.answers["/health"] = json({}, 502);
      for (let n = 0; n < 8; n++) await second();
      system.back.answers["/health"] = json({ status: "ok", database: "ok" });
      await second();
    });
    return system;
  }

  it("is told when it went down, when it came up, and what failed meanwhile; the exit code is 1 though all looks were well", async () => {
    const system = await outage();
    expect(await system.verify({ watch: true, rounds: 2, samples: 1 })).toBe(1);
    expect(system.desk.data).toEqual([
      "22:41:00 well",
      `22:41:08 ${BACKEND} down: HTTP 502`,
      `22:41:16 ${BACKEND} up: 8 s, 8 of 9 requests failed`,
      "22:41:16 well",
    ]);
  });

  it("stands in the log beside the stack's files, with its figures", async () => {
    const system = await outage();
    await system.verify({ watch: true, rounds: 2, samples: 1 });
    expect(log(system).filter(({ event }) => event !== "sample")).toEqual([
      { at: "2026-11-24T21:41:08.000Z", serviceKey: BACKEND, event: "down", text: "HTTP 502" },
      {
        ...{ at: "2026-11-24T21:41:16.000Z", serviceKey: BACKEND, event: "up" },
        ...{ text: "8 s, 8 of 9 requests failed", seconds: 8, failed: 8, requests: 9 },
      },
    ]);
  });

  it("is in the data of the look after it, and still there when a watch begins anew", async () => {
    const system = await outage();
    await system.verify({ watch: true, rounds: 2, samples: 1, json: true });
    const [first, second] = system.desk.data.map(
      (line) => JSON.parse(line) as { changes: { event: string }[] },
    );
    expect(first!.changes).toEqual([]);
    expect(second!.changes.map(({ event }) => event)).toEqual(["down", "up"]);
    const pictures: string[] = [];
    const screen = { columns: 80, rows: 24, show: (text: string) => pictures.push(text) };
    const open = () => ({ ...screen, onResize: () => undefined, close: () => undefined });
    system.ports = { ...system.ports, openScreen: open };
    expect(await system.verify({ watch: true, rounds: 1, samples: 1 })).toBe(0);
    expect(pictures.at(-1)).toContain(`22:41:16 ${BACKEND} up: 8 s, 8 of 9 requests failed`);
  });
});

it("what was down when a watch ended is down when the next one begins, and its outage is as long as it was", () => {
  const earlier = [
    { at: "2026-11-24T21:41:00.000Z", service: BACKEND, event: "down" as const, text: "HTTP 502" },
  ];
  const changes = createChangeLog(earlier);
  expect(changes.downSince(BACKEND)).toBe("2026-11-24T21:41:00.000Z");
  const at = new Date("2026-11-24T21:44:10Z");
  const [up] = changes.beat({ service: BACKEND, sentAt: at, answeredAt: at });
  expect(up).toMatchObject({ event: "up", outage: { seconds: 190 } });
  expect(up!.text).toBe("3 min 10 s, 0 of 1 requests failed");
});

/** Every request to the back end takes so long on the watch's clock. */
function slowly(system: VerifiedSystem, backend: string, ms: number): void {
  let clock = 0;
  const { probe, fetch } = system.ports;
  const late: HttpProbe = async (request) => {
    if (request.url.startsWith(backend)) clock += ms;
    return probe(request);
  };
  system.ports = {
    ...system.ports,
    elapsed: () => (clock += 0.1),
    probe: late,
    fetch: async (url, init) => {
      if (url.startsWith(backend)) clock += ms;
      return fetch(url, init);
    },
  };
}

describe("a service that needs 2.5 s for an answer", () => {
  it("is not well in any look, whatever it answers, and says why; exit code 1", async () => {
    const system = await servedSystem();
    slowly(system, system.back.url, 2_500);
    expect(await system.verify({ watch: true, rounds: 3, samples: 1, json: true })).toBe(1);
    const reports = system.desk.data.map((line) => JSON.parse(line) as VerifyReport);
    expect(reports).toHaveLength(3);
    for (const report of reports) {
      expect(report.well).toBe(false);
      const { verdict, seen, figure } = row(report, "health", null, BACKEND);
      expect([verdict, Math.round(figure!)]).toEqual(["warn", 2500]);
      expect(seen).toBe("HTTP 200 in 2500 ms, too slow to be called well");
    }
  });

  it("is not well either where the time was over before its endpoints were asked", async () => {
    const system = await servedSystem();
    slowly(system, system.back.url, 1_900);
    system.ports = { ...system.ports, patience: { ...system.ports.patience, samplingMs: 1 } };
    expect(await system.verify({ watch: true, rounds: 1, json: true, samples: 1, every: 1 })).toBe(1);
    const [report] = system.desk.data.map((line) => JSON.parse(line) as VerifyReport);
    const asked = report!.rows.filter(({ kind }) => kind === "endpoint").map(({ verdict }) => verdict);
    expect(asked).toContain("could-not-measure");
    expect(report!.well).toBe(false);
  });
});

describe("a service that is up but whose database is gone", () => {
  it("is down by its own word, in looks and between them; exit code 1", async () => {
    const system = await servedSystem();
    const { second, between } = byHand(system);
    between(async () => {
      await second();
      system.back.answers["/health"] = json({ status: "healthy", database: "disconnected" });
      await second();
    });
    expect(await system.verify({ watch: true, rounds: 3, samples: 1 })).toBe(1);
    expect(system.desk.data[1]).toBe(`22:41:02 ${BACKEND} down: database: disconnected`);
    expect(system.desk.data.at(-1)).toMatch(
      /^22:41:02 health of .*: fail: HTTP 200 .*database: disconnected/,
    );
  });
});
