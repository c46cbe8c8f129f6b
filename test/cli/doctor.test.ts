import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { doctor, type DoctorPorts } from "../../cli/doctor/recipe";
import type { Finding } from "../../cli/doctor/finding";
import type { OpenRender } from "../../cli/shared/render-access";
import { NO_CHROMIUM, type OpenedPage } from "../../cli/shared/open-pages";
import type { DatabaseReader } from "../../components/database";
import { RolloutError } from "../../components/errors";
import type { CheckResult } from "../../components/probes/verdict";
import type { ProbeAnswer } from "../../components/probes/http";
import { STACK, stackFile } from "./support/fake-desk";
import { BACKEND, FRONTEND, statusWorld, type StatusWorld } from "./support/status-world";

const json = (body: unknown, status = 200): ProbeAnswer => ({
  answered: true,
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
  ms: 12,
});

const postgres: DatabaseReader = {
  read: async (queries) => ({
    asked: true,
    answers: queries.map((query) => ({
      rows: query.includes("server_version")
        ? [{ version: "15.6" }]
        : query.includes("epoch")
          ? [{ at: 1 }]
          : [],
    })),
  }),
};

const opens = (id: string, url: string): CheckResult => ({
  ...{ check: `page ${id}`, verdict: "pass", summary: `${id} opens without an error` },
  ...{ probe: `Chromium: GET ${url}`, at: "2026-11-24T21:00:00Z" },
});

/** The world's Render, which knows a workspace, too. */
function withOwners(world: StatusWorld): OpenRender {
  return async () => {
    const render = await world.openRender();
    const listOwners = async () => [{ id: "tea-1", name: "Acme" }];
    return new Proxy(render, {
      get: (target, key) => (key === "listOwners" ? listOwners : (Reflect.get(target, key) as unknown)),
    });
  };
}

/** The shipped catalogue's system, all of it as it should be; one tweak makes each case. */
async function examined(
  tweak: (world: StatusWorld) => void = () => undefined,
  ports: Partial<DoctorPorts> = {},
  more = "",
): Promise<{ findings: Finding[]; code: number; world: StatusWorld; requests: string[] }> {
  const world = statusWorld(stackFile("preparation", more));
  tweak(world);
  const requests: string[] = [];
  const code = await doctor(
    world.desk,
    withOwners(world),
    {
      probe: async (request) => {
        requests.push(`${request.method ?? "GET"} ${new URL(request.url).pathname}`);
        return world.context.probe(request);
      },
      fetch: () => Promise.reject(new Error("nobody expected a fetch")),
      sleep: async () => undefined,
      elapsed: () => 0,
      openDatabase: async () => postgres,
      openPages: async (pages) => ({ checks: new Map(pages.map(({ id, url }) => [id, [opens(id, url)]])) }),
      machine: { env: { PATH: "/usr/bin:/bin" }, commitIn: async () => "a".repeat(40) },
      ...ports,
    },
    { stack: STACK, json: true },
  );
  const { findings } = JSON.parse(world.desk.data.join("")) as { findings: Finding[] };
  return { findings, code, world, requests };
}

const of = (findings: Finding[], name: string) => findings.filter((finding) => finding.name.includes(name));

describe("doctor", () => {
  it("asks every path of the catalogue by GET alone, and changes nothing", async () => {
    const { requests, world } = await examined();
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.filter((request) => !request.startsWith("GET "))).toEqual([]);
    expect(world.writes).toEqual([]);
    expect(world.desk.calls).toEqual([]);
  });

  it("names kind and plan of each service, and a kind that the catalogue has otherwise", async () => {
    const { findings } = await examined((world) => {
      world.services.get(`srv-${FRONTEND}`)!.service.type = "web_service";
    });
    expect(of(findings, BACKEND)[0]?.result).toBe("ok");
    expect(of(findings, FRONTEND)).toContainEqual(
      expect.objectContaining({
        result: "mend",
        found: expect.stringContaining("the catalogue says static_site"),
      }),
    );
  });

  it("says before anything else that a free service runs no jobs", async () => {
    const job =
      "  felix-hub-rollout:runner:\n    where: render-job\n    service: felix-hub-backend\n    commands: {status: [a, s], apply: [a, a], rollback: [a, r]}\n";
    const { findings, code } = await examined(
      (world) => {
        world.services.get(`srv-${BACKEND}`)!.service.serviceDetails = { plan: "free" };
      },
      {},
      job,
    );
    expect(code).toBe(1);
    expect(findings[0]).toMatchObject({
      about: "runner",
      result: "mend",
      found: expect.stringContaining("its plan is free, and a free service has no one-off jobs"),
      next: expect.stringContaining("runner.where: local"),
    });
  });

  describe("where the migrations run in a checkout", () => {
    const shipped = (env: NodeJS.ProcessEnv, commit = "a".repeat(40)) =>
      examined(undefined, {
        machine: { env: { PATH: "/usr/bin:/bin", ...env }, commitIn: async () => commit },
      });
    const runner = (findings: Finding[]) => findings.filter(({ about }) => about === "runner");

    it("asks for its place where the operator has not told it", async () => {
      const { findings, code } = await shipped({});
      expect(code).toBe(1);
      expect(of(findings, "ROLLOUT_CHECKOUT")[0]).toMatchObject({
        result: "mend",
        next: expect.stringContaining("export ROLLOUT_CHECKOUT="),
      });
    });

    it("looks into the place that the operator told, not into the project's own folder", async () => {
      const place = mkdtempSync(join(tmpdir(), "doctor-checkout-"));
      onTestFinished(() => {
        rmSync(place, { recursive: true });
      });
      const missing = await shipped({ ROLLOUT_CHECKOUT: place });
      const folder = join(place, "felix_hub", "backend");
      expect(runner(missing.findings)).toContainEqual(
        expect.objectContaining({ name: folder, result: "mend" }),
      );
      mkdirSync(folder, { recursive: true });
      const there = await shipped({ ROLLOUT_CHECKOUT: place });
      expect(runner(there.findings)).toContainEqual(
        expect.objectContaining({ name: folder, result: "ok", found: "the checkout is there" }),
      );
    });
  });

  it("a path with another shape than the catalogue's is to be mended", async () => {
    const { findings } = await examined((world) => {
      world.answers.set("/api/orders", () => json("<!doctype html><title>Shop</title>"));
      world.answers.set("/api/parts", () => json({ error: "login" }, 401));
    });
    expect(of(findings, "/api/orders")[0]).toMatchObject({
      result: "mend",
      found: expect.stringContaining("HTML"),
    });
    expect(of(findings, "/api/parts")[0]).toMatchObject({
      result: "mend",
      found: expect.stringContaining("401"),
    });
  });

  it("a report that names none of the flags is no report", async () => {
    const path = "flags";
    const { findings } = await examined((world) => {
      for (const each of ["/api/feature-flags", "/api/config/feature-flags"])
        world.answers.set(each, () => json({ error: true }));
    });
    expect(of(findings, path)[0]).toMatchObject({ result: "mend" });
  });

  it("a smoke test that changes something is not made, and that is told", async () => {
    const { findings } = await examined();
    const posts = findings.filter(({ found }) => found.includes("changes something, and this only looks"));
    for (const post of posts) expect(post.result).toBe("not-asked");
    expect(findings.every(({ result, next }) => result !== "mend" || next !== null)).toBe(true);
  });

  it("without the database's address nothing is said of what is applied", async () => {
    const { findings, code } = await examined(undefined, {
      openDatabase: async () => ({
        because: "DATABASE_URL is not set here, so what is applied is not known",
      }),
    });
    expect(code).toBe(1);
    const database = findings.filter(({ about }) => about === "database");
    expect(database).toEqual([expect.objectContaining({ result: "not-asked" })]);
    expect(JSON.stringify(database)).not.toContain('"applied');
  });

  it("a database that does not answer is told with the way out", async () => {
    const { findings } = await examined(undefined, {
      openDatabase: async () => ({
        read: async () => ({ asked: false, because: "the database could not be asked: refused" }),
      }),
    });
    expect(findings).toContainEqual(
      expect.objectContaining({
        about: "database",
        result: "mend",
        found: "the database could not be asked: refused",
      }),
    );
  });

  it("clocks that are apart are told by how much", async () => {
    const { findings } = await examined();
    expect(findings.filter(({ about }) => about === "clock")).toContainEqual(
      expect.objectContaining({
        name: "database",
        result: "look",
        found: expect.stringContaining("ahead of it"),
      }),
    );
  });

  it("without a key says so once, and asks what can be asked without it", async () => {
    const { findings } = await examined((world) => {
      world.openRender = () =>
        Promise.reject(
          new RolloutError("NO_RENDER_KEY", "there is no key for Render's API. Next: export RENDER_API_KEY."),
        );
    });
    expect(findings.filter(({ about }) => about === "key")).toEqual([
      {
        about: "key",
        name: "Render",
        result: "mend",
        found: "there is no key for Render's API.",
        next: "export RENDER_API_KEY.",
      },
    ]);
    expect(findings.some(({ about }) => about === "database")).toBe(true);
  });

  it("opens every page of the catalogue in a browser, and asks no part of one whose phase is not reached", async () => {
    const asked: OpenedPage[] = [];
    const parts = `  felix-hub-rollout:pages:\n    mechanics: { phase: ui, service: ${FRONTEND}, path: /start, visible: ["#menu"] }\n`;
    const { findings } = await examined(
      undefined,
      {
        openPages: async (pages) => {
          asked.push(...pages);
          return { checks: new Map(pages.map(({ id, url }) => [id, [opens(id, url)]])) };
        },
      },
      parts,
    );
    expect(asked).toMatchObject([{ id: "mechanics", expects: [] }]);
    expect(asked[0]?.url).toMatch(/\/start$/);
    expect(of(findings, "mechanics")).toContainEqual(
      expect.objectContaining({ about: "page", result: "ok", found: "mechanics opens without an error" }),
    );
  });

  it.each([
    ["fail", "mend", /the gate of ui could not measure it and would stop/],
    ["warn", "not-asked", /there is no Chromium here/],
  ])("without a browser goes by the gates' rule: %s", async (rule, result, words) => {
    const { findings } = await examined(
      undefined,
      { openPages: async () => ({ because: NO_CHROMIUM }) },
      `  felix-hub-rollout:gates: { couldNotMeasure: ${rule} }\n`,
    );
    const [page] = findings.filter(({ about }) => about === "page");
    expect(page).toMatchObject({
      name: "mechanics",
      result,
      next: expect.stringContaining("ROLLOUT_BROWSER"),
    });
    expect(page?.found).toMatch(words);
  });

  it("prints a table with a mark and a way out for each line, for people", async () => {
    const { world } = await examined();
    world.desk.data.length = 0;
    await doctor(
      world.desk,
      withOwners(world),
      {
        probe: world.context.probe,
        fetch: () => Promise.reject(new Error("nobody expected a fetch")),
        sleep: async () => undefined,
        elapsed: () => 0,
        openDatabase: async () => ({ because: "DATABASE_URL is not set here" }),
        openPages: async () => ({ because: NO_CHROMIUM }),
        machine: { env: { PATH: "" }, commitIn: async () => undefined },
      },
      { stack: STACK },
    );
    const table = world.desk.data.join("\n");
    expect(table).toContain("DATABASE_URL is not set here");
    expect(table).toContain("→ export DATABASE_URL");
  });
});
