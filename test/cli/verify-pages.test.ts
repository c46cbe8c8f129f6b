import { describe, expect, it } from "vitest";

import type { OpenedPage, OpenPages } from "../../cli/shared/open-pages";
import type { CheckResult, Verdict } from "../../components/probes/verdict";
import { FRONTEND, row, servedSystem } from "./support/verified-system";

const PAGES = `  felix-hub-rollout:pages:
    start:
      phase: api
      service: ${FRONTEND}
      path: /start
      whenOff: { VITE_ENABLE_UI_REFRESH: { hidden: ["#new"] } }
    later: { phase: ui, service: ${FRONTEND}, path: / }
`;

const check = (name: string, verdict: Verdict, summary: string): CheckResult => ({
  ...{ check: name, verdict, summary },
  ...{ probe: "Chromium: GET /", at: "2026-11-24T21:00:00Z" },
});

async function verified(openPages: OpenPages) {
  const system = await servedSystem({}, { more: PAGES });
  system.ports.openPages = openPages;
  return { ...(await system.report({ samples: 1 })), system };
}

describe("a page of the catalogue", () => {
  it("is opened once its phase is reached, with what must be visible by the flags as declared", async () => {
    const asked: OpenedPage[] = [];
    await verified(async (pages) => {
      asked.push(...pages);
      return { checks: new Map() };
    });
    expect(asked.map(({ id }) => id)).toEqual(["start"]);
    expect(asked[0]).toMatchObject({
      url: expect.stringMatching(/\/start$/),
      expects: [{ selector: "#new", visible: false, because: "VITE_ENABLE_UI_REFRESH is off" }],
    });
  });

  it("has a row of its own among those of its service: the worse verdict, both sentences", async () => {
    const checks = [
      check("page start", "fail", "start: 1 error in the console: boom"),
      check("page-times start", "pass", "load 700 ms"),
    ];
    const { code, report } = await verified(async () => ({ checks: new Map([["start", checks]]) }));
    expect(row(report, "page", "start", FRONTEND)).toMatchObject({
      verdict: "fail",
      seen: "start: 1 error in the console: boom; load 700 ms",
      wanted: "opens in a browser without an error within 3000 ms",
    });
    const services = report.rows.map(({ service }) => service);
    expect(services.lastIndexOf(FRONTEND) - services.indexOf(FRONTEND) + 1).toBe(
      services.filter((service) => service === FRONTEND).length,
    );
    expect(code).toBe(1);
  });

  it("that no browser could open is not known, and never well", async () => {
    const { report } = await verified(async () => ({ because: "there is no Chromium here" }));
    expect(row(report, "page", "start", FRONTEND)).toMatchObject({
      verdict: "no-data",
      seen: "not opened: there is no Chromium here",
    });
  });

  it("is not opened in each look of a watch", async () => {
    const system = await servedSystem({}, { more: PAGES });
    system.ports.openPages = () => Promise.reject(new Error("nobody expected a browser"));
    await expect(system.verify({ watch: true, rounds: 2, samples: 1 })).resolves.toBeTypeOf("number");
  });
});
