import { expect, it, vi } from "vitest";

import { readSchedule, requireOpenSchedule } from "../../components/providers/schedule-guard";
import { runbookSchedule } from "../plan/schedule/runbook-schedule";

/** 2026-11-24 is a Tuesday; Berlin is UTC+01:00. */
const open = "2026-11-24T22:30:00+01:00";
const shut = "2026-11-24T12:00:00+01:00";
const at = (iso: string) => ({
  schedule: () => readSchedule(runbookSchedule, async () => new Date(iso)),
});

it("a step forwards is refused while the schedule is shut, with its opening and its way out, and quietly", async () => {
  await expect(requireOpenSchedule(at(shut), "ENABLE_X goes on")).rejects.toMatchObject({
    code: "SCHEDULE_SHUT",
    quiet: true,
    message: expect.stringMatching(
      /^ENABLE_X goes on: the schedule is shut\. Closed: .*Next opening: Tuesday 2026-11-24 22:00 \(UTC\+01:00\)\..*scheduleOverride: "<date> by <name>: <reason>"/,
    ),
  });
});

it("a step forwards goes on while it is open, and where none is enforced", async () => {
  await requireOpenSchedule(at(open), "ENABLE_X goes on");
  await requireOpenSchedule({ schedule: async () => undefined }, "ENABLE_X goes on");
});

it("no clock is asked where no schedule is enforced", async () => {
  const now = vi.fn(async () => new Date());
  expect(await readSchedule(undefined, now)).toBeUndefined();
  expect(now).not.toHaveBeenCalled();
});
