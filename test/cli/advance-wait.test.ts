import { describe, expect, it } from "vitest";

import { advance } from "../../cli/advance/recipe";
import { laterBy, watchStatus } from "../../cli/status/watch-status";
import { RolloutError } from "../../components/errors";
import { fakeDesk, STACK, stackFile, storedGate } from "./support/fake-desk";
import { after, tell } from "./support/status-world";

const closed = ["preparation", "migrations"].map((phase) => storedGate(phase, "succeeded", "closed"));

/** A desk whose phase api passed its gate at 22:00, and a clock that goes on only while somebody waits. */
function soaking(now: string, more = "") {
  const desk = fakeDesk({ text: stackFile("api", more), state: [...closed, storedGate("api", "succeeded")] });
  const clock = { ms: 0, sleeps: 0 };
  const ports = {
    renderNow: async () => new Date(Date.parse(now) + clock.ms),
    elapsed: () => clock.ms,
    sleep: async (ms: number) => {
      clock.sleeps += 1;
      clock.ms += ms;
      if (clock.sleeps === stopAt.sleeps) desk.interrupt();
    },
  };
  const stopAt = { sleeps: Infinity };
  return { desk, clock, ports, stopAt };
}

describe("advance --wait", () => {
  it("waits until the soak is over by Render's clock, says until when, and then goes on as without it", async () => {
    const { desk, clock, ports } = soaking("2026-11-24T21:12:00Z");
    expect(await advance(desk, { stack: STACK, yes: true, wait: true }, ports)).toBe(0);
    expect(clock.ms).toBeGreaterThanOrEqual(3 * 60_000);
    expect(clock.ms).toBeLessThan(3 * 60_000 + 5_000);
    expect(desk.said.join("\n")).toContain("api may end at 22:15 Europe/Berlin; waiting until then");
    expect(desk.calls).toEqual(["preview", "up"]);
  });

  it("does not wait the hours that the machine slept once more, and does not end where it cannot ask just then", async () => {
    const { desk, clock, ports } = soaking("2026-11-24T21:12:00Z");
    const world = { sleptMs: 0, offline: 0 };
    const asleep = {
      ...ports,
      renderNow: async () => {
        if (world.sleptMs > 0 && world.offline++ < 3) throw new Error("ENETUNREACH");
        return new Date(Date.parse("2026-11-24T21:12:00Z") + clock.ms + world.sleptMs);
      },
      wall: () => 1_000_000 + clock.ms + world.sleptMs,
      sleep: async (ms: number) => {
        clock.ms += ms;
        if (clock.ms === 10_000) world.sleptMs = 3_600_000;
      },
    };
    expect(await advance(desk, { stack: STACK, yes: true, wait: true }, asleep)).toBe(0);
    expect(clock.ms).toBe(13_000);
    expect(world.offline).toBe(4);
    expect(desk.calls).toEqual(["preview", "up"]);
  });

  it("goes on waiting where somebody sets the machine's clock an hour ahead", async () => {
    const { desk, clock, ports } = soaking("2026-11-24T21:12:00Z");
    const wall = () => 1_000_000 + clock.ms + (clock.ms > 10_000 ? 3_600_000 : 0);
    expect(await advance(desk, { stack: STACK, yes: true, wait: true }, { ...ports, wall })).toBe(0);
    expect(clock.ms).toBeGreaterThanOrEqual(3 * 60_000);
  });

  it("waits for nothing where the soak is over", async () => {
    const { desk, clock, ports } = soaking("2026-11-24T21:16:00Z");
    expect(await advance(desk, { stack: STACK, yes: true, wait: true }, ports)).toBe(0);
    expect(clock.ms).toBe(0);
  });

  it("does not wait where time alone does not help, and says what has to be done", async () => {
    const { clock, ports } = soaking("2026-11-24T21:12:00Z");
    const text = stackFile("ui");
    const ui = fakeDesk({
      text,
      state: [...closed, storedGate("api", "succeeded", "closed"), storedGate("ui", "succeeded")],
    });
    expect(await advance(ui, { stack: STACK, yes: true, wait: true }, ports)).toBe(1);
    expect(ui.said.join("\n")).toContain("To wait is no use: interface-looks-right is not signed off.");
    expect(ui.file()).toBe(text);
    expect([clock.ms, ui.calls]).toEqual([0, []]);
  });

  it("ends at Ctrl-C with nothing changed", async () => {
    const { desk, ports, stopAt } = soaking("2026-11-24T21:12:00Z");
    stopAt.sleeps = 3;
    expect(await advance(desk, { stack: STACK, yes: true, wait: true }, ports)).toBe(1);
    expect(desk.calls).toEqual([]);
    expect(desk.file()).toBe(stackFile("api"));
  });
});

describe("status", () => {
  it("counts down what is left between two looks, and never below nothing", async () => {
    const { facts } = await tell(after(6, "api"));
    const left = (seconds: number) =>
      laterBy(facts, seconds).next!.blockers.find(({ kind }) => kind === "soak")!.remainingSeconds;
    const atFirst = left(0)!;
    expect(left(10)).toBe(atFirst - 10);
    expect(left(100_000)).toBe(0);
    expect(Date.parse(laterBy(facts, 10).at) - Date.parse(facts.at)).toBe(10_000);
  });

  it("looks anew at once when the machine has slept, instead of counting on, and outlives a network that is not there yet", async () => {
    const { facts } = await tell(after(6, "api"));
    const clock = { ms: 0, sleptMs: 0 };
    const shown: string[] = [];
    const looks: number[] = [];
    const desk = fakeDesk({ text: stackFile("api") });
    const screen = { columns: 200, rows: 100, show: (text: string) => shown.push(text) };
    const code = await watchStatus(
      desk,
      { openScreen: () => ({ ...screen, onResize: () => undefined, close: () => undefined }), columns: 200 },
      {
        stack: STACK,
        clocks: { elapsed: () => clock.ms, wall: () => clock.ms + clock.sleptMs },
        look: async () => {
          looks.push(clock.ms);
          if (looks.length === 2) throw new RolloutError("NO_STATE", "ENETUNREACH");
          return facts;
        },
        sleep: async (ms) => {
          clock.ms += ms;
          if (clock.ms === 5_000) clock.sleptMs = 3_600_000;
          if (looks.length === 3) desk.interrupt();
        },
      },
    );
    // Woken after five seconds; what failed then is tried again with the next look.
    expect(looks).toEqual([0, 5_000, 35_000]);
    expect(
      shown.filter((text) => text.includes(`this is how it was at ${facts.at}; since then: ENETUNREACH`)),
    ).not.toEqual([]);
    expect(shown.at(-1)).not.toContain("ENETUNREACH");
    expect(code).toBe(0);
  });

  it("names Render's pages of each service, and what each flag is for", async () => {
    const { facts } = await tell(after(6, "api"));
    expect(facts.flags[0]).toMatchObject({ purpose: "Car number field in orders", since: null, by: null });
    for (const links of facts.links ?? []) expect(links.page).toMatch(/^https?:/);
  });
});
