import { describe, expect, it } from "vitest";

import { joinBaselines, nothingIsOn, notIn } from "../../../components/providers/gate/baseline";
import type { Baseline } from "../../../components/probes/latency/judge-endpoints";
import { openGate } from "../../support/gate-world";

const part = (takenAt: string, ids: string[], pages?: Record<string, number>): Baseline => ({
  ...{ takenAt, method: takenAt },
  endpoints: Object.fromEntries(ids.map((id) => [id, { n: 1, from: takenAt }])) as never,
  ...(pages === undefined
    ? {}
    : {
        pages: Object.fromEntries(Object.entries(pages).map(([id, loadMs]) => [id, { loadMs, lcpMs: null }])),
      }),
});
const [early, late] = ["2026-11-24T21:00:00Z", "2026-11-24T22:00:00Z"];

describe("what several gates took, as one baseline", () => {
  it("has every endpoint, of one that stands in more the newest, whatever order they come in", () => {
    const joined = joinBaselines([part(late, ["b", "c"]), undefined, "none", part(early, ["a", "b"])]);
    expect(joined).toEqual({
      ...part(late, ["b", "c"]),
      endpoints: { ...part(early, ["a"]).endpoints, ...part(late, ["b", "c"]).endpoints },
    });
    expect(joined).not.toHaveProperty("pages");
  });

  it("has every page of both, and the newest times of each", () => {
    expect(joinBaselines([part(early, [], { shop: 1, cart: 2 }), part(late, [], { cart: 3 })])).toMatchObject(
      {
        takenAt: late,
        pages: { shop: { loadMs: 1 }, cart: { loadMs: 3 } },
      },
    );
    expect(joinBaselines([part(early, [], { shop: 1 }), part(late, ["a"])])).toMatchObject({
      pages: { shop: { loadMs: 1 } },
    });
  });

  it("is said to be none where there is none", () => {
    expect(joinBaselines([undefined, "none"])).toBe("none");
  });
});

describe("what a baseline lacks", () => {
  const [service] = openGate.services;
  const services = [
    { ...service!, endpoints: ["/a", "/b"] },
    { ...service!, renderName: "site", endpoints: ["/c"] },
    { ...service!, renderName: "quiet" },
  ].map(({ endpoints, ...each }) =>
    each.renderName === "quiet" ? each : { ...each, endpoints: endpoints! },
  );

  it("is each service with the endpoints that it does not have, and no service that it has whole", () => {
    const known = part(early, ["backend /a", "site /c"]);
    expect(notIn(known, { ...openGate, services })).toEqual([{ ...services[0], endpoints: ["/b"] }]);
    expect(notIn(undefined, { ...openGate, services }).map(({ endpoints }) => endpoints)).toEqual([
      ["/a", "/b"],
      ["/c"],
    ]);
  });

  it("may be taken only while no flag of any service is on", () => {
    const gate = (...flags: Record<string, string>[]) =>
      nothingIsOn({ ...openGate, services: flags.map((own) => ({ ...service!, flags: own })) });
    expect(gate({ A: "false", B: "false" }, {})).toBe(true);
    expect(gate({ A: "false", B: "true" })).toBe(false);
    expect(gate({ A: "false" }, { B: "true" })).toBe(false);
  });
});
