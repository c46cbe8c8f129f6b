import fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { RolloutRecord } from "../../cli/log/record";
import { reportHtml } from "../../cli/report/html/report-html";
import { html } from "../../cli/report/html/safe-html";
import { reportMarkdown } from "../../cli/report/markdown";
import { reportModel } from "../../cli/report/model/report-model";
import { emptyNotes, parseNotes } from "../../cli/report/notes";
import { makeReport } from "../../cli/report/recipe";
import { fullStory, rolledBackStory, unfinishedStory } from "../log/story";

const notes = parseNotes("prod", emptyNotes("prod"));
const modelOf = (record: RolloutRecord) => reportModel(record, notes);
const verdicts = (record: RolloutRecord) =>
  Object.fromEntries(modelOf(record).criteria.map(({ id, verdict }) => [id, verdict]));

describe("verdicts", () => {
  test("of a complete rollout: all met, and the report itself is what is left to do", () => {
    expect(verdicts(fullStory().record())).toEqual({
      flags: "met",
      "zero-downtime": "met",
      "error-rate": "met",
      latency: "met",
      notifications: "met",
      smoke: "met",
      "critical-logs": "met",
      "signed no-complaints": "met",
      "signed others": "met",
      report: "not-met",
    });
  });

  test("of one that was taken back: what is off is not met, failed probes are a downtime", () => {
    const record = rolledBackStory().record();
    expect(modelOf(record).standing).toMatchObject({
      state: "rolled-back",
      phase: "ui",
      by: ["Ada", "Grace"],
    });
    expect(verdicts(record)).toMatchObject({
      flags: "not-met",
      "zero-downtime": "not-met",
      "error-rate": "met-so-far",
      "critical-logs": "unknown",
    });
  });

  test("of one in progress: not yet, never not met", () => {
    const record = unfinishedStory().record();
    expect(modelOf(record).standing).toMatchObject({ state: "in-progress", endedAt: null });
    const found = verdicts(record);
    expect(found).toMatchObject({ flags: "not-yet", "critical-logs": "not-yet", report: "not-yet" });
    expect(Object.values(found)).not.toContain("not-met");
  });

  test("zero downtime is not known where an update's evidence was not kept", () => {
    const story = fullStory();
    const left = story.sources().left.map((each, index) => (index === 2 ? undefined : each));
    expect(verdicts(story.record({ left }))["zero-downtime"]).toBe("unknown");
  });

  test("what a soak saw still counts after a rollback that forgets its gate", () => {
    const story = fullStory().tell({ phase: "preparation", command: "rollback" });
    expect(verdicts(story.record())["critical-logs"]).toBe("met-so-far");
  });

  test("an outage that the watch saw is a downtime, whatever the probes of deploys say", () => {
    const story = fullStory().note("down", "HTTP 502").note("up");
    expect(verdicts(story.record())["zero-downtime"]).toBe("not-met");
  });

  test("a check that could not measure is not known, neither met nor not met", () => {
    const story = unfinishedStory().tell({ phase: "ui" });
    const record = story.record();
    for (const gate of Object.values(record.now.gates))
      for (const check of gate.checks) if (check.check === "api-latency") check.verdict = "could-not-measure";
    record.updates = [];
    const latency = reportModel(
      { ...record, updates: story.record().updates.map((each) => ({ ...each, left: null })) },
      notes,
    );
    expect(latency.criteria.find(({ id }) => id === "latency")?.verdict).toBe("unknown");
  });

  test("a section that is filled in counts; a signature with ____ does not", () => {
    const signed = emptyNotes("prod")
      .replace(/^(## .*\n\n<!-- .* -->)$/gm, "$1\nDone.")
      .replace(/: ____ Date: ____/g, ": Ada Date: 2026-11-26");
    const model = reportModel(fullStory().record(), parseNotes("prod", signed));
    expect(model.criteria.at(-1)).toMatchObject({ id: "report", verdict: "met" });
    const open = signed.replace("Operations lead: Ada", "Operations lead: ____");
    expect(reportModel(fullStory().record(), parseNotes("prod", open)).criteria.at(-1)?.verdict).toBe(
      "not-met",
    );
  });
});

describe("numbers", () => {
  test("every number of the table and the charts is recomputed from the record", () => {
    const record = rolledBackStory().record();
    const { comparison, charts } = modelOf(record);
    const gates = record.updates.map(({ phase, left }) => left?.gates[phase ?? ""]);
    const baseline = record.now.gates["preparation"]?.baseline ?? {};
    const after = gates.at(-1);
    const [then, now] = [baseline["api /orders"]?.p95 ?? 0, after?.measured["api /orders"]?.p95 ?? 0];
    const row = comparison.find(({ what }) => what === "p95 of api /orders");
    expect(row?.baseline).toBe(`${Number(then.toPrecision(4))} ms`);
    expect(row?.after).toBe(`${Number(now.toPrecision(4))} ms`);
    const change = Number(((100 * (now - then)) / then).toPrecision(3));
    expect(row?.change).toBe(`${change > 0 ? "+" : change < 0 ? "−" : "±"}${Math.abs(change)} %`);

    const drawn = charts.endpoints.find(({ endpoint }) => endpoint === "api /orders");
    expect(drawn?.gates.map(({ p95 }) => p95)).toEqual(
      gates.map((gate) => gate?.measured["api /orders"]?.p95),
    );
    expect(drawn?.baseline.p95).toBe(then);
    expect(drawn?.after.map(({ ms }) => ms)).toEqual(after?.measured["api /orders"]?.quantilesMs);
    const steps = record.course.endpoints["api /orders"] ?? [];
    expect(drawn?.course).toEqual(steps);
    expect(charts.errors.map(({ percent }) => percent)).toEqual(
      gates.map((gate) => {
        const check = gate?.checks.find(({ check: name }) => name === "error-rate");
        return (100 * (check?.numbers["failures"] ?? NaN)) / (check?.samples ?? NaN);
      }),
    );
    const sent = gates.flatMap((gate) => gate?.checks.filter(({ check }) => check === "telegram") ?? []);
    const notified = comparison.find(({ what }) => what === "Messages to the operators' chat");
    expect([notified?.baseline, notified?.after]).toEqual([
      "100 % (1 of 1)",
      `100 % (${sent.length - 1} of ${sent.length - 1})`,
    ]);
  });

  test("notification success is what the database counted before a phase was left", () => {
    const counted = {
      ...{
        check: "notification-failures",
        verdict: "warn",
        summary: "3 of 120 notifications failed (2.5 %)",
      },
      ...{ probe: "the catalogue's query", threshold: "≤ 5 %", evidence: { failed: 3, sent: 120 } },
    };
    const story = unfinishedStory()
      .tell({ phase: "ui" })
      .tell({ phase: "notifications", closing: [counted] });
    const row = modelOf(story.record()).comparison.find(({ what }) => what === "Notification success");
    expect(row).toMatchObject({ after: "97.5 % (117 of 120)", limit: "failed: ≤ 5 %", verdict: "look" });
  });

  test("a page's times are those of its newest gate against the baseline, and its picture stands in the file", async () => {
    const look = {
      check: "page shop",
      verdict: "pass",
      summary: "shop opens without an error",
      probe: "Chromium",
    };
    const times = (loadMs: number) => ({
      ...{ check: "page-times shop", verdict: "pass", summary: `shop: load ${loadMs} ms`, probe: "Chromium" },
      evidence: { loadMs, lcpMs: 400, baselineLoadMs: 500, baselineLcpMs: 400 },
    });
    const story = unfinishedStory().tell({ phase: "ui", checks: [look, times(550)] });
    const { model, files } = await makeReport(story.record(), "", (names) => {
      expect(names).toEqual(["ui-shop.jpg"]);
      return { "ui-shop.jpg": "data:image/jpeg;base64,AAAA" };
    });
    expect(model.comparison.find(({ what }) => what === "Page load of shop")).toMatchObject({
      ...{ baseline: "500 ms", source: "gate of ui" },
    });
    expect(model.pages).toMatchObject([{ id: "shop", verdict: "pass", times: "shop: load 550 ms" }]);
    expect(files.html).toMatch(
      /<img[^>]*src="data:image\/jpeg;base64,AAAA"[^>]*alt="The page shop, as the gate of ui saw it"/,
    );
    expect(files.markdown).toContain("shop: load 550 ms");
  });

  test("why an update failed stands there as its command was told, where its gate does not tell, without the advice", () => {
    const story = unfinishedStory().tell({ phase: "ui", result: "failed", seconds: 60 });
    const { endedAt } = story.record().updates.at(-1)!;
    const heard = { at: endedAt, event: "failed", text: "backup: no space left on device\nNext: make room" };
    const record = story.record({ failureLog: `${JSON.stringify(heard)}\nbroken {\n` });
    for (const { left } of record.updates)
      for (const gate of Object.values(left?.gates ?? {})) gate.passed = true;
    for (const { left } of record.updates)
      for (const deploy of Object.values(left?.deploys ?? {})) deploy.succeeded = true;
    expect(modelOf(record).incidents.at(-1)?.what).toBe(
      "the update to ui failed: backup: no space left on device",
    );
    expect(record.updates.slice(0, -1).map(({ trouble }) => trouble)).toEqual(
      record.updates.slice(0, -1).map(() => null),
    );
  });

  test("a rollback tells its reason, scope, duration and result", () => {
    const record = rolledBackStory().record();
    const update = record.updates[5];
    const seconds = (Date.parse(update?.endedAt ?? "") - Date.parse(update?.startedAt ?? "")) / 1000;
    expect(modelOf(record).rollbacks).toEqual([
      {
        update: 6,
        at: update?.startedAt,
        by: "Grace",
        from: "notifications",
        to: "ui",
        reason: "orders take twice as long",
        scope: expect.stringMatching(/^off: ENABLE_MESSAGES; deployed: /),
        seconds,
        result: "succeeded, and the gate of ui has passed",
      },
    ]);
  });

  test("a rollback without a reason tells what had stopped the update before it", () => {
    const story = unfinishedStory()
      .tell({ phase: "ui", result: "failed", slower: 2 })
      .tell({ phase: "api", command: "rollback" });
    expect(modelOf(story.record()).rollbacks[0]?.reason).toMatch(/gate of ui did not pass: api-latency/);
  });

  test("a flag that was switched off again says so, and whether its service was seen to run it", () => {
    const row = modelOf(rolledBackStory().record()).flags.find(({ key }) => key === "ENABLE_MESSAGES");
    expect(row).toMatchObject({
      enabled: false,
      verified: "yes",
      issues: ["switched off again by update 6"],
    });
  });
});

describe("the files", () => {
  test("name whatever the record does not know", async () => {
    const story = fullStory();
    const { files } = await makeReport(story.record({ left: [], sampleLog: undefined }), "");
    for (const file of [files.html, files.markdown]) expect(file).toMatch(/nobody kept the state/);
  });

  test("escape names and lines from outside, in both", async () => {
    const hostile = `<img src=x onerror=alert(1)>"'|\`[x](javascript:alert(1))\u202E\u0007`;
    const story = unfinishedStory()
      .note("down", hostile)
      .tell({
        by: hostile,
        because: hostile,
        result: "failed",
        checks: [{ check: hostile, verdict: "fail", summary: hostile }],
      });
    const record = story.record({
      commits: [{ hash: hostile, at: story.record().at, by: hostile, subject: hostile, because: hostile }],
    });
    const { files } = await makeReport(record, `## ${hostile}\n\n${hostile}\n`);
    expect(files.html).not.toMatch(/<img|<script|href="javascript/i);
    expect(files.html).not.toMatch(/[\u202E\u0007]/);
    expect(files.html).toContain("&lt;img src=x onerror=alert(1)&gt;");
    // What people write themselves is theirs.
    const lines = files.markdown.split("\n## \\<img")[0];
    expect(lines).not.toMatch(/(^|[^\\])<img/);
    expect(lines).not.toMatch(/[\u202E\u0007]/);
  });

  test("ask for nothing outside, run no script, and hold no secret of the config", async () => {
    const { files } = await makeReport(fullStory().record(), emptyNotes("prod"));
    expect(files.html).not.toMatch(/<script|<link|@import|url\(["']?https?:|src="http/i);
    expect(files.html).not.toContain("rnd_canary");
    expect(files.markdown).not.toContain("rnd_canary");
  });

  test(
    "stay below 1 MB for a day of samples each ten seconds, and are made in five seconds",
    { timeout: 60_000 },
    async () => {
      const record = fullStory()
        .watch(24 * 60)
        .record();
      expect(record.course.samples).toBeGreaterThan(17_000);
      await makeReport(unfinishedStory().record(), "");
      const began = process.cpuUsage();
      const { files } = await makeReport(record, emptyNotes("prod"));
      const { user, system } = process.cpuUsage(began);
      expect(Buffer.byteLength(files.html)).toBeLessThan(1_000_000);
      // Of this process alone: others may keep the machine busy.
      expect((user + system) / 1_000_000).toBeLessThan(5);
    },
  );

  test("keep what people wrote, their own sections too, and say what is still open", () => {
    const text =
      emptyNotes("prod").replace(
        "<!-- What went well, what did not, what surprised you. -->",
        "It went **well**.",
      ) + "\n## Costs\n\nNone.\n";
    const model = reportModel(fullStory().record(), parseNotes("prod", text));
    const page = reportHtml(model, []);
    expect(page).toContain("It went <strong>well</strong>.");
    expect(page).toMatch(/<h3>Costs<\/h3>\s*<p>None\.<\/p>/);
    expect(reportMarkdown(model)).toMatch(/## Lessons\n\nIt went \*\*well\*\*\./);
    expect(model.criteria.at(-1)?.evidence).not.toContain("Lessons");
  });

  test("every chart has axes with units, its baseline or limits as lines, and words beside it", async () => {
    const { files } = await makeReport(fullStory().record(), "");
    const figures = files.html.match(/<figure[\s\S]*?<\/figure>/g) ?? [];
    expect(figures).toHaveLength(2 * 3 + 1);
    for (const figure of figures) {
      for (const svg of figure.match(/<svg[\s\S]*?<\/svg>/g) ?? []) {
        expect(svg.match(/role-axis"/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
        expect(svg).toMatch(/>[^<]*(, ms|, %)</);
        expect(svg).toMatch(/class="mark-rule role-mark (baseline|limit)_/);
      }
      expect(figure).toMatch(/role="img" aria-label="[^"]{20,}"/);
      expect(figure).toMatch(/<table/);
    }
  });
});

test("whatever is put into markup stands there as text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const made = html`<p title="${text}">${text}</p>`.text;
      const inner = made.slice('<p title="'.length, -"</p>".length);
      expect(inner.replace(/">/, "")).not.toMatch(/[<>"]/);
    }),
  );
});
