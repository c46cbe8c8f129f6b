import { describe, expect, it } from "vitest";

import { createChangeLog } from "../../cli/verify/watch/changes";
import { createSilence } from "../../cli/verify/watch/silence";
import { handPulse } from "./support/hand-pulse";
import { BACKEND, servedSystem, type VerifiedSystem } from "./support/verified-system";

const START = Date.parse("2026-11-24T21:41:00Z");
const HOUR = 3_600_000;

/** A watch on a machine whose three clocks the test moves: its own, the one that only moves forward, and Render's. */
function onMachine(system: VerifiedSystem) {
  const clocks = { elapsed: 0, wall: START, render: START };
  const pass = (ms: number, ...moved: (keyof typeof clocks)[]) => {
    for (const each of moved) clocks[each] += ms;
  };
  const { ports, ...steps } = handPulse(() => {
    pass(1_000, "elapsed", "wall", "render");
  });
  system.desk.now = () => new Date(clocks.wall);
  const { openRender } = system;
  system.openRender = async (...args) => ({
    ...(await openRender(...args)),
    now: async () => new Date(clocks.render),
  });
  system.ports = {
    ...system.ports,
    ...ports,
    now: () => new Date(clocks.wall),
    elapsed: () => (clocks.elapsed += 0.1),
  };
  return {
    ...steps,
    sleeps: (ms: number) => {
      pass(ms, "wall", "render");
    },
    isSet: (ms: number) => {
      pass(ms, "wall");
    },
  };
}

describe("a watch on a laptop that slept for an hour and a half", () => {
  it("says that nothing was asked, in lines, in the log beside the stack's files and in the data; nobody was well meanwhile", async () => {
    for (const asData of [false, true]) {
      const system = await servedSystem();
      const { second, sleeps, between } = onMachine(system);
      between(async () => {
        await second();
        sleeps(1.5 * HOUR);
        await second();
      });
      await system.verify({ watch: true, rounds: 2, samples: 1, json: asData });
      const gap =
        /nothing was asked for 90 min \d s before, so nothing is known of them: this machine slept, or the watch was stopped/;
      if (asData) {
        const [, second2] = system.desk.data.map(
          (line) => JSON.parse(line) as { changes: { event: string; text: string }[] },
        );
        expect(second2!.changes).toEqual([
          expect.objectContaining({ event: "gap", text: expect.stringMatching(gap) }),
        ]);
      } else expect(system.desk.data[1]).toMatch(new RegExp(`^00:11:0\\d ${gap.source}$`));
    }
  });

  it("counts no service as down for what it slept through, and an outage around it as known in part", () => {
    const changes = createChangeLog();
    const at = (seconds: number) => new Date(START + seconds * 1000);
    changes.beat({ service: BACKEND, sentAt: at(0), answeredAt: at(0), trouble: "HTTP 502" });
    changes.gap(at(10), at(5_410), "this machine slept");
    const [up] = changes.beat({ service: BACKEND, sentAt: at(5_411), answeredAt: at(5_411) });
    expect(up!.text).toBe("90 min 11 s, of which nobody asked for 90 min 0 s, 1 of 2 requests failed");
  });
});

describe("a machine's clock that is set an hour off under a watch", () => {
  it.each([HOUR, -HOUR])("by %d ms is no gap, and times stay Render's", async (ms) => {
    const system = await servedSystem();
    const { second, isSet, between } = onMachine(system);
    const step = async () => {
      await second();
      isSet(ms);
      await second();
    };
    between(step, second, second);
    await system.verify({ watch: true, rounds: 4, samples: 1 });
    expect(system.desk.data.join("\n")).not.toContain("nothing was asked");
    expect(system.desk.data.at(-1)).toBe("22:41:04 well");
  });
});

it("a silence is judged by how long it was on Render's clock, less what was asked since", () => {
  let elapsed = 0;
  const silence = createSilence(() => elapsed, 60_000);
  const at = (seconds: number) => new Date(START + seconds * 1000);
  silence.asked(at(0));
  silence.notice(at(59));
  expect(silence.judge(at(59))).toBeUndefined();
  silence.asked(at(60));
  silence.notice(at(1_060));
  silence.asked(at(1_060));
  elapsed += 10_000;
  expect(silence.judge(at(1_070))).toEqual({ from: at(60), to: at(1_060) });
  expect(silence.judge(at(1_071))).toBeUndefined();
});
