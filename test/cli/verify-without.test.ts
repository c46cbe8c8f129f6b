import { describe, expect, it, vi } from "vitest";

import { RolloutError } from "../../components/errors";
import { storedGate, storedMigrations } from "./support/fake-desk";
import {
  BACKEND,
  except,
  FRONTEND,
  healthyBackend,
  healthyFrontend,
  MIGRATIONS,
  nowhere,
  row,
  serve,
  servedSystem,
  usualState,
  verdicts,
  verifiedSystem,
  WELL,
} from "./support/verified-system";

describe("addresses alone", () => {
  it("need no stack, no Pulumi and no key, and show flags as they run", async () => {
    const alone = await servedSystem();
    const { back, front } = alone;
    alone.openRender = vi.fn(alone.openRender);
    alone.desk.openEngine = vi.fn(alone.desk.openEngine);
    const { code, report } = await alone.reportAt({ backendUrl: back.url, frontendUrl: front.url });
    expect(alone.openRender).not.toHaveBeenCalled();
    expect(alone.desk.openEngine).not.toHaveBeenCalled();
    expect(code).toBe(0);
    expect(report.stack).toBeNull();
    expect(verdicts(report)).toEqual(
      except("response-times: no-data").filter((line) => !line.startsWith("migrations")),
    );
    expect(row(report, "flag", "ENABLE_CAR_NUMBER")).toMatchObject({
      seen: "runs on",
      wanted: "told by the service",
    });
    expect(row(report, "response-times").seen).toBe("no baseline to compare with");
    expect(report.notes).toHaveLength(1);
  });

  it("leave out the service that none was given for, and say so", async () => {
    const { front, reportAt } = await servedSystem();
    const { report } = await reportAt({ frontendUrl: front.url });
    expect(new Set(report.rows.map(({ service }) => service))).toEqual(new Set([FRONTEND]));
    expect(report.notes).toContain(`${BACKEND} was not looked at: no address was given for it`);
  });

  it("go before those of Render when a stack is named, too", async () => {
    const back = await serve(healthyBackend());
    const front = await serve(healthyFrontend());
    const elsewhere = verifiedSystem({ backend: await nowhere(), frontend: front.url });
    const { code, report } = await elsewhere.report({ backendUrl: back.url });
    expect([code, verdicts(report)]).toEqual([0, WELL]);
  });
});

describe("what cannot be asked is said, and the rest is verified all the same", () => {
  it("state, where there is no Pulumi on the machine", async () => {
    const without = await servedSystem();
    without.desk.openEngine = async () => {
      throw new RolloutError("NO_PULUMI", "there is no Pulumi CLI on this machine. Next: install it.");
    };
    const { code, report } = await without.report();
    expect(verdicts(report)).toEqual(except("response-times: no-data", "migrations: no-data"));
    expect(code).toBe(0);
    expect(row(report, "migrations").seen).toBe(
      "not asked, because DATABASE_URL is not set here; state was not read",
    );
    expect(report.notes).toEqual([
      "state was not read: there is no Pulumi CLI on this machine. Next: install it.",
    ]);
    expect(row(report, "response-times").seen).toBe("no baseline to compare with: state was not read");
    expect(without.desk.said.at(-2)).toBe("Nothing is wrong. Not known: response times, migrations.");
  });

  it("migrations, where no update has run yet", async () => {
    const { report } = await (await servedSystem({}, { state: [] })).report({ samples: 1 });
    expect(row(report, "migrations")).toMatchObject({
      verdict: "no-data",
      seen: "not asked, because DATABASE_URL is not set here; no update has run, so state holds nothing yet",
    });
  });

  it("Render, where there is no key: flags are compared with what runs", async () => {
    const without = await servedSystem();
    without.openRender = async () => {
      throw new RolloutError("NO_RENDER_KEY", "there is no key for Render's API.");
    };
    const { back, front } = without;
    const { code, report } = await without.report({ backendUrl: back.url, frontendUrl: front.url });
    expect([code, verdicts(report)]).toEqual([0, WELL]);
    expect(row(report, "flag", "ENABLE_CAR_NUMBER").seen).toBe("declared on, runs on");
    expect(report.notes).toEqual(["Render was not asked: there is no key for Render's API."]);
  });

  it("Render, where it refuses: then flags could not be measured, and exit code 1", async () => {
    const refused = await servedSystem();
    refused.faults.before = () => {
      throw new RolloutError("KEY_REFUSED", "the API key was refused.");
    };
    const { back, front } = refused;
    const { code, report } = await refused.report({ backendUrl: back.url, frontendUrl: front.url });
    expect(code).toBe(1);
    expect(row(report, "flag", "ENABLE_CAR_NUMBER")).toMatchObject({
      verdict: "could-not-measure",
      seen: "declared on, on Render ?, runs on",
    });
    expect(report.notes).toEqual([
      `Render told nothing about ${BACKEND}: the API key was refused.`,
      `Render told nothing about ${FRONTEND}: the API key was refused.`,
    ]);
    expect(refused.desk.said.at(-2)).toBe(
      "Next: mend what kept it from measuring, and run it again; nothing is known to be wrong.",
    );
  });

  it("an address, where nobody names one", async () => {
    const without = await servedSystem();
    without.openRender = async () => {
      throw new RolloutError("NO_RENDER_KEY", "there is no key for Render's API.");
    };
    const { code, report } = await without.report();
    expect(code).toBe(1);
    expect(row(report, "health", null, BACKEND)).toMatchObject({
      verdict: "could-not-measure",
      seen: "no address: neither config (serviceUrls) nor Render names one",
    });
  });

  it("a baseline that was never taken", async () => {
    const gate = storedGate("preparation", "succeeded", "closed");
    const none = { ...gate, outputs: { ...gate.outputs, baseline: "none" } };
    const { report } = await (await servedSystem({}, { state: [none, ...usualState().slice(1)] })).report();
    expect(row(report, "response-times")).toMatchObject({
      verdict: "no-data",
      seen: "no baseline to compare with: the gate of preparation takes it, rebaseline takes it again",
    });
  });

  it("a phase that no update can get to", async () => {
    const skipped = await servedSystem({}, { state: usualState().slice(0, 1) });
    const { report } = await skipped.report({ samples: 1 });
    expect(report.notes.join()).toContain(`Pulumi.prod.yaml:3:28: phase: found "api"`);
  });
});

it("keeps migrations that are applied and not declared apart from those that are missing", async () => {
  const state = [...usualState().slice(0, 3), storedMigrations(["003_of_another_branch", ...MIGRATIONS])];
  const { code, report } = await (await servedSystem({}, { state })).report();
  expect(code).toBe(0);
  expect(row(report, "migrations").seen).toContain("; there, though not declared: 003_of_another_branch");
});
