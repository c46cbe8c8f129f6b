import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { VerifyReport } from "../../cli/verify/report";
import type { Screen } from "../../cli/verify/watch/screen";
import { RolloutError } from "../../components/errors";
import { stackFile } from "./support/fake-desk";
import {
  BACKEND,
  FLAGS,
  html,
  json,
  row,
  servedSystem,
  silence,
  type VerifiedSystem,
} from "./support/verified-system";

/** Does something after each look: between two looks is where the world changes. */
function between(system: VerifiedSystem, ...steps: (() => void)[]): void {
  system.ports = {
    ...system.ports,
    sleep: async (ms) => {
      if (ms >= 1_000) steps.shift()?.();
    },
  };
}

function fakeScreen(size: { columns: number; rows: number } = { columns: 100, rows: 60 }) {
  const pictures: string[] = [];
  let resized: () => void = () => undefined;
  const screen: Screen & { closed: number } = {
    ...size,
    closed: 0,
    show: (text) => pictures.push(text),
    onResize: (listener) => {
      resized = listener;
    },
    close: () => {
      screen.closed += 1;
    },
  };
  const resize = (columns: number) => {
    screen.columns = columns;
    resized();
  };
  return { screen, pictures, resize };
}

const lastOf = <T>(list: readonly T[]): T => list.at(-1)!;

describe("where nobody watches a terminal", () => {
  it("is one line a look: well, or what is not and why", async () => {
    const system = await servedSystem();
    between(
      system,
      () => void (system.back.answers["/health"] = html("<html><title>Bad Gateway</title></html>", 502)),
      () => void (system.back.answers["/health"] = json({})),
    );
    expect(await system.verify({ watch: true, rounds: 3 })).toBe(1);
    expect(system.desk.data.map((said) => said.replaceAll(/ in [\d.]+ ms/g, ""))).toEqual([
      "22:10:05 well",
      `22:10:05 ${BACKEND} down: HTTP 502, an HTML page, "Bad Gateway"`,
      expect.stringMatching(new RegExp(`^22:10:05 health of ${BACKEND}: fail: HTTP 502.*; endpoint`)),
      `22:10:05 ${BACKEND} up: 1 s, 1 of 2 requests failed`,
      "22:10:05 well",
    ]);
    expect(system.desk.said).toEqual([]);
  });

  it("says what could not be asked beside the lines, once for as long as it is so", async () => {
    const system = await servedSystem();
    const refuse = (call: string) => {
      if (call.startsWith(`GET service ${BACKEND}`)) throw new RolloutError("X", "the key was refused.");
    };
    system.faults.before = refuse;
    between(
      system,
      () => undefined,
      () => {
        delete system.faults.before;
      },
      () => void (system.faults.before = refuse),
    );
    await system.verify({ watch: true, rounds: 4, samples: 1, backendUrl: system.back.url });
    const note = `Note: Render told nothing about ${BACKEND}: the key was refused.`;
    expect(system.desk.said).toEqual([note, note]);
    expect(system.desk.data).toHaveLength(4);
  });

  it("is one JSON object a line with --json", async () => {
    const system = await servedSystem();
    await system.verify({ watch: true, rounds: 2, json: true, samples: 1 });
    expect(system.desk.data).toHaveLength(2);
    for (const line of system.desk.data) {
      expect(line).not.toContain("\n");
      expect(JSON.parse(line)).toMatchObject({ stack: "prod", well: true });
    }
  });

  it("has the exit code of the last look", async () => {
    const system = await servedSystem();
    between(system, () => void (system.back.answers["/api/parts"] = json({}, 500)));
    expect(await system.verify({ watch: true, rounds: 2 })).toBe(1);
  });

  it("looks as often as it was told, counting the time that a look took", async () => {
    const system = await servedSystem();
    let clock = 0;
    const slept: number[] = [];
    const now = new Date("2026-11-24T21:10:05Z");
    system.ports = {
      ...system.ports,
      elapsed: () => (clock += 10),
      now: () => now,
      sleep: async (ms) => {
        if (ms < 1_000) return;
        slept.push(ms);
        clock += ms;
      },
    };
    await system.verify({ watch: true, rounds: 3, every: 30, samples: 1 });
    expect(slept).toHaveLength(2);
    for (const ms of slept) expect(ms).toBeGreaterThan(29_000);
    for (const ms of slept) expect(ms).toBeLessThan(30_000);
  });
});

describe("beside a rollout", () => {
  const reports = ({ desk }: VerifiedSystem) => desk.data.map((line) => JSON.parse(line) as VerifyReport);
  const flag = (report: VerifyReport) => row(report, "flag", "ENABLE_TG_ADMIN_NOTIFS").seen;

  it("sees in each look what the stack file, Render and the services say by then", async () => {
    const system = await servedSystem();
    between(
      system,
      () => {
        writeFileSync(join(system.desk.directory, "Pulumi.prod.yaml"), stackFile("notifications"));
      },
      () => void system.values[BACKEND]!.set("ENABLE_TG_ADMIN_NOTIFS", "true"),
      () => {
        const all = { ...FLAGS, ENABLE_TG_ADMIN_NOTIFS: true };
        system.back.answers["/api/feature-flags"] = json(all);
      },
    );
    await system.verify({ watch: true, json: true, rounds: 4, samples: 1 });
    expect(reports(system).map(flag)).toEqual([
      "declared off, on Render off, runs off",
      "declared on, on Render off, runs off",
      "declared on, on Render on, runs off",
      "declared on, on Render on, runs on",
    ]);
  });

  it("goes on with what was declared before while somebody edits the stack file, and says so", async () => {
    const system = await servedSystem();
    between(system, () => {
      writeFileSync(join(system.desk.directory, "Pulumi.prod.yaml"), stackFile("ap"));
    });
    await system.verify({ watch: true, json: true, rounds: 2, samples: 1 });
    const [before, during] = reports(system);
    expect(before!.notes).toEqual([]);
    expect(during!.notes.join()).toMatch(
      /^still as it was declared before: .*Pulumi\.prod\.yaml:3:28: phase: /s,
    );
    expect(flag(during!)).toBe("declared off, on Render off, runs off");
  });

  it("reads state again after a minute, not each time: that is a process of Pulumi's", async () => {
    const system = await servedSystem();
    const engine = await system.desk.openEngine("prod");
    let reads = 0;
    let clock = 0;
    system.desk.openEngine = async () => ({
      ...engine,
      state: async () => {
        reads += 1;
        return engine.state();
      },
    });
    system.ports = {
      ...system.ports,
      elapsed: () => (clock += 0.01),
      sleep: async (ms) => void (clock += ms),
    };
    await system.verify({ watch: true, json: true, rounds: 6, every: 10, samples: 1 });
    expect(reads).toBe(1);
    await system.verify({ watch: true, json: true, rounds: 8, every: 10, samples: 1 });
    expect(reads).toBe(1 + 2);
  });

  it("judges response times and errors by the newest looks together: few requests each show nothing", async () => {
    const system = await servedSystem();
    await system.verify({ watch: true, json: true, rounds: 10 });
    const verdicts = (kind: string) => reports(system).map((report) => row(report, kind).verdict);
    expect(verdicts("response-times")).toEqual([
      ...Array<string>(3).fill("inconclusive"),
      ...Array<string>(7).fill("pass"),
    ]);
    expect(verdicts("error-rate")).toEqual([...Array<string>(9).fill("inconclusive"), "pass"]);
  });

  it("forgets failures after twenty looks", async () => {
    const system = await servedSystem();
    system.back.answers["/api/parts"] = json({}, 500);
    between(system, () => void (system.back.answers["/api/parts"] = json({})));
    await system.verify({ watch: true, json: true, rounds: 22 });
    const rates = reports(system).map((report) => row(report, "error-rate").verdict);
    expect(rates[0]).toBe("fail");
    expect(rates[19]).not.toBe("pass");
    expect(rates.slice(-2)).toEqual(["pass", "pass"]);
  });
});

describe("in a terminal", () => {
  it("draws each look over the one before, with trends, and leaves the last one behind", async () => {
    const system = await servedSystem();
    const { screen, pictures } = fakeScreen();
    system.ports = { ...system.ports, openScreen: () => screen };
    expect(await system.verify({ watch: true, rounds: 3, samples: 2 })).toBe(0);
    expect(pictures).toHaveLength(1 + 3);
    expect(pictures[0]).toBe("Looks for the first time … Ctrl-C ends");
    expect(pictures[1]).toMatch(/^WELL {2}back: npm run rollback -- --stack prod --full\n/);
    expect(pictures[1]).toContain("prod at 22:10:05 Europe/Berlin, look 1, every 10 s; Ctrl-C ends");
    expect(pictures[1]).not.toMatch(/[▁▂▃▄▅▆▇█]/);
    expect(pictures[3]).toMatch(/[▁▂▃▄▅▆▇█]{3}/);
    expect(screen.closed).toBe(1);
    expect(system.desk.data[0]).toContain("4 flags as declared: 2 on, 2 off");
    expect(system.desk.data.slice(1)).toEqual([
      "Nothing changed while it watched.",
      "WELL  back: npm run rollback -- --stack prod --full",
    ]);
  });

  it("shows a gap in the trend where an endpoint could not be asked", async () => {
    const system = await servedSystem();
    const { screen, pictures } = fakeScreen();
    system.ports = { ...system.ports, openScreen: () => screen };
    between(
      system,
      () => void (system.back.answers["/health"] = json({}, 500)),
      () => void (system.back.answers["/health"] = json({})),
    );
    await system.verify({ watch: true, rounds: 3, samples: 1 });
    expect(lastOf(pictures)).toMatch(/[▁▂▃▄▅▆▇█]·[▁▂▃▄▅▆▇█]/);
  });

  it("draws anew when the window gets another size", async () => {
    const system = await servedSystem();
    const { screen, pictures, resize } = fakeScreen();
    system.ports = { ...system.ports, openScreen: () => screen };
    between(system, () => {
      resize(80);
    });
    await system.verify({ watch: true, rounds: 2, samples: 1 });
    const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));
    expect(pictures.map(widest).map((width) => width <= 80)).toEqual([true, false, true, true]);
  });

  it("ends at once at Ctrl-C, in the middle of a look, with the exit code of the last whole one", async () => {
    const system = await servedSystem();
    const { screen } = fakeScreen();
    system.ports = { ...system.ports, openScreen: () => screen };
    between(system, () => {
      system.back.answers["/api/orders"] = silence;
      setTimeout(() => {
        system.desk.interrupt();
      }, 50);
    });
    const began = performance.now();
    expect(await system.verify({ watch: true, samples: 1 })).toBe(0);
    expect(performance.now() - began).toBeLessThan(1_500);
    expect(screen.closed).toBe(1);
  });

  it("knows nothing when it is ended before the first look, with exit code 1, and gives the terminal back", async () => {
    const system = await servedSystem();
    const { screen } = fakeScreen();
    system.ports = { ...system.ports, openScreen: () => screen };
    system.back.answers["/health"] = silence;
    setTimeout(() => {
      system.desk.interrupt();
    }, 50);
    await expect(system.verify({ watch: true })).rejects.toThrow(RolloutError);
    expect(screen.closed).toBe(1);
  });

  it("gives the terminal back when a mistake of ours ends it", async () => {
    const system = await servedSystem();
    const { screen } = fakeScreen();
    system.ports = {
      ...system.ports,
      openScreen: () => screen,
      probe: async () => {
        throw new Error("ours");
      },
    };
    await expect(system.verify({ watch: true })).rejects.toThrow("ours");
    expect(screen.closed).toBe(1);
  });
});
