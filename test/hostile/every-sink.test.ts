import { describe, expect, it } from "vitest";

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { advance } from "../../cli/advance/recipe";
import { rollback } from "../../cli/rollback/recipe";
import { dashboardPage } from "../../cli/dashboard/page";
import { drawParts } from "../../cli/dashboard/parts";
import { drift } from "../../cli/drift/recipe";
import type { Engine } from "../../cli/engine/port";
import { crashText } from "../../cli/shared/guarded-output";
import { log } from "../../cli/log/recipe";
import { parseCommits } from "../../cli/log/read-commits";
import { redacted } from "../../cli/log/read-record";
import { emptyNotes } from "../../cli/report/notes";
import { makeReport } from "../../cli/report/recipe";
import { review } from "../../cli/review/recipe";
import { RolloutError } from "../../components/errors";
import { acrossTheBorder } from "../../components/providers/border";
import { createTeam } from "../../components/providers/team";
import type { Verbs } from "../../components/providers/verbs";
import { createRedactor } from "../../components/secrets";
import { errorEvent, info, warning } from "../cli/support/events";
import { failure, fakeDesk, STACK, stackFile, storedGate, type FakeDesk } from "../cli/support/fake-desk";
import { after, run, type StatusWorld } from "../cli/support/status-world";
import { BACKEND, json, servedSystem } from "../cli/support/verified-system";
import { Story, unfinishedStory } from "../log/story";
import { clientOf, errorOf, startServer } from "../render/support/server";
import { ATTACKS, everyTextIs, HOSTILE, leftIn, markupIn, markupInMarkdown, MARKUP } from "./hostile-text";

const FOREIGN = `${MARKUP} ${HOSTILE}`;
const redact = createRedactor([]);

describe("what stands in the way knows every attack", () => {
  it.each(Object.entries(ATTACKS))("%s", (_name, { text, left }) => {
    expect(text).toMatch(left);
    expect(redact(text)).not.toMatch(left);
    expect(redact(`before ${text} behind`)).not.toMatch(left);
  });

  it("and leaves what people write in their own languages, flags and families of emojis", () => {
    for (const text of ["می‌خواهم", "क्‍ष", "👩‍🔧 👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "❤️‍🔥", "naïve", "日本"])
      expect(redact(text)).toBe(text);
  });
});

function desked(desk: FakeDesk): string {
  return [...desk.data, ...desk.said].join("\n");
}

/** A desk whose preview is refused in the words of whoever was asked: Render, the database, a service, the team's chat, a runner. */
function refusedDesk(): FakeDesk {
  return fakeDesk({
    text: stackFile("api"),
    state: [storedGate("api", "succeeded")],
    script: () => failure([info(FOREIGN), warning(FOREIGN), errorEvent(FOREIGN)]),
  });
}

/** A record in which history, state, commits, logs and what the watch saw are all in somebody else's words. */
function foreignRecord() {
  const commit = { hash: FOREIGN, by: FOREIGN, subject: FOREIGN, because: FOREIGN };
  const story = unfinishedStory()
    .note("down", FOREIGN)
    .note("service", FOREIGN)
    .tell({
      ...{
        by: FOREIGN,
        because: FOREIGN,
        command: "rollback",
        result: "failed",
        overrides: { api: FOREIGN },
      },
      checks: [
        {
          check: FOREIGN,
          verdict: "fail",
          summary: FOREIGN,
          observed: FOREIGN,
          threshold: FOREIGN,
          probe: FOREIGN,
        },
      ],
      closing: [{ check: FOREIGN, verdict: "fail", summary: FOREIGN }],
    });
  const record = story.record({
    commits: [{ ...commit, at: story.record().at }],
    unread: [FOREIGN],
  });
  const { flags, migrations, items } = record.catalogue;
  for (const each of [...flags, ...migrations, ...items]) each.purpose = FOREIGN;
  for (const each of migrations) each.rollbackLoses = FOREIGN;
  record.now.gates = Object.fromEntries(
    Object.entries(record.now.gates).map(([phase, gate]) => [
      phase,
      { ...gate, acknowledged: { "team-informed": FOREIGN }, checks: everyTextIs(gate.checks, FOREIGN) },
    ]),
  );
  return record;
}

describe("words of the engine, of providers, and through them of Render, services, databases, runners and the chat", () => {
  it("are text in a review's Markdown: no markup, mention, link, command or escape", async () => {
    const desk = refusedDesk();
    await review(desk, { stack: STACK });
    expect(desk.data.join("")).toContain("onerror");
    expect(leftIn(desked(desk))).toEqual([]);
    expect(markupInMarkdown(desk.data.join("\n"))).toEqual([]);
  });

  it.each([["review", review] as const])("are data in --json: %s", async (_name, command) => {
    const desk = refusedDesk();
    await command(desk, { stack: STACK, json: true });
    const { changes } = JSON.parse(desk.data.join("")) as { changes: { refusals: string[] } };
    expect(changes.refusals.join()).toContain("<img src=x onerror=alert(1)>");
    expect(leftIn(desk.data.join("\n"))).toEqual([]);
  });

  it("are plain in drift, with a deploy's trigger as Render tells it", async () => {
    for (const asData of [true, false]) {
      const desk = fakeDesk({ text: stackFile("api"), state: [storedGate("api", "succeeded"), DEPLOYED] });
      const liveDeploy = { id: `dep-${FOREIGN}`, trigger: FOREIGN, createdAt: FOREIGN };
      const seen = [{ service: "b", liveDeploy, autoDeploys: true }];
      expect(await drift(desk, async () => seen, { stack: STACK, json: asData })).toBe(1);
      expect(desk.data.join("")).toContain("is live");
      expect(leftIn(desked(desk))).toEqual([]);
    }
  });

  it.each([
    ["advance", (desk: FakeDesk) => advance(desk, { stack: STACK, yes: true })],
    ["rollback", (desk: FakeDesk) => rollback(desk, { stack: STACK, full: true, yes: true })],
  ] as const)(
    "are plain in what %s says, in the chat, and in what is kept of the update",
    async (_name, command) => {
      const ended = failure([info(FOREIGN), warning(FOREIGN), errorEvent(FOREIGN)]);
      const desk = fakeDesk({
        text: stackFile("api"),
        state: [storedGate("migrations", "succeeded"), storedGate("api", "failed"), DEPLOYED],
        script: ({ op, watch }) => {
          for (const event of ended.events ?? []) watch.onEvent?.(event);
          return op === "up" ? ended : { events: [info(FOREIGN), warning(FOREIGN)] };
        },
      });
      await command(desk).catch((error: unknown) => desk.said.push((error as Error).message));
      const kept = ["update.jsonl", "failures.jsonl"].map((file) =>
        readFileSync(join(desk.directory, ".rollout", STACK, file), "utf8"),
      );
      for (const text of [desked(desk), ...kept.map((lines) => lines.replaceAll("\\n", "\n"))]) {
        expect(text).toContain("onerror");
        expect(leftIn(text)).toEqual([]);
      }
    },
  );

  it("are plain when they leave a provider: in its error, in that error's code, and in what is stored", async () => {
    const failing = Object.assign(new RolloutError("X", FOREIGN, { words: FOREIGN }), {
      ...{ id: "i", properties: { seen: FOREIGN }, reasons: [FOREIGN] },
    });
    const verbs = acrossTheBorder({ create: () => Promise.reject(failing) } as unknown as Verbs, redact);
    const error: unknown = await verbs.create({}).catch((each: unknown) => each);
    const { message, properties, reasons } = error as {
      message: string;
      properties: object;
      reasons: string[];
    };
    for (const text of [message, JSON.stringify(properties), reasons.join("\n")]) {
      expect(text).toContain("onerror");
      expect(leftIn(text.replaceAll("\\n", "\n"))).toEqual([]);
    }
  });
});

describe("Render's own words", () => {
  it("are one plain line in an error, and a request's id that is none is left out", async () => {
    const headers = { "render-request-id": "::error::x <b>", "content-type": "application/json" };
    const server = await startServer(() => ({ status: 400, headers, json: { message: FOREIGN } }));
    const { message } = await errorOf(clientOf(server).getService("srv-1"));
    expect(message).toContain("Render says");
    expect(leftIn(message)).toEqual([]);
    expect(message).not.toContain("::error::x");
  });
});

describe("a service's words: health, flags, titles", () => {
  it.each([{}, { json: true }, { watch: true, rounds: 1 }])(
    "are plain in what verify shows: %j",
    async (options) => {
      const system = await servedSystem({
        backend: {
          "/health": json({ status: FOREIGN, database: FOREIGN, [FOREIGN]: "down" }, 500),
          "/api/config/feature-flags": json({ [FOREIGN]: true, ENABLE_CAR_NUMBER: FOREIGN }),
          "/api/orders": (_request, response) => {
            response
              .writeHead(500, { "content-type": "text/html" })
              .end(`<!doctype html><title>${FOREIGN}</title>`);
          },
        },
      });
      system.values[BACKEND]!.set("ENABLE_CAR_NUMBER", FOREIGN);
      await system.verify({ ...options, samples: 1 });
      expect(desked(system.desk)).toContain("HTTP 500");
      expect(leftIn(desked(system.desk))).toEqual([]);
    },
  );
});

describe("a log's lines, a service's health and Render's names, as status shows them,", () => {
  it.each([true, false])("are plain: as data %s", async (asData) => {
    const world = after(16, "api");
    world.logs = () => [
      { id: "l", message: `CRITICAL ${FOREIGN}`, timestamp: world.desk.now().toISOString(), labels: [] },
    ];
    for (const { service, deploys } of world.services.values()) {
      service.name = FOREIGN;
      for (const deploy of deploys)
        Object.assign(deploy, { trigger: FOREIGN, commit: { id: FOREIGN, message: FOREIGN } });
    }
    await status(world, asData);
    expect(world.desk.data.join("")).not.toBe("");
    expect(leftIn(desked(world.desk))).toEqual([]);
  });
});

describe("history, state, logs and commits", () => {
  it("are text in the report, as a page and as Markdown", async () => {
    const { files } = await makeReport(redacted(foreignRecord(), redact), emptyNotes("prod"));
    expect(files.html).toContain("onerror=alert(1)");
    expect([leftIn(files.html), markupIn(files.html)]).toEqual([[], []]);
    expect([leftIn(files.markdown), markupInMarkdown(files.markdown)]).toEqual([[], []]);
  });

  it("stay text in the page even where nobody made them plain before", async () => {
    const { files } = await makeReport(foreignRecord(), emptyNotes("prod"));
    expect(markupIn(files.html)).toEqual([]);
    expect(files.html).not.toMatch(/[\u001b\u0080-\u009f\u202a-\u202e\u2066-\u2069\u200b\ufeff]/);
    expect(markupInMarkdown(files.markdown)).toEqual([]);
    expect(leftIn(files.markdown)).toEqual([]);
  });

  it("are text in the dashboard's page and in its events", () => {
    const rollout = redacted(foreignRecord(), redact);
    const updateLog = [
      { at: "x", event: "begin", text: redact(FOREIGN) },
      { at: "x", event: "line", text: redact(FOREIGN) },
    ];
    const seen = {
      ...{
        stack: "prod",
        timeZone: "Europe/Berlin",
        rollout,
        facts: undefined,
        live: undefined,
        chart: undefined,
      },
      ...{ troubles: [redact(FOREIGN)], updateLog: updateLog.map((line) => JSON.stringify(line)).join("\n") },
    };
    const page = dashboardPage(seen);
    expect(page).toContain("onerror=alert(1)");
    expect([leftIn(page), markupIn(page)]).toEqual([[], []]);
    const events = drawParts(seen).map((part) => `data: ${JSON.stringify(part)}`);
    for (const event of events) expect(event).not.toMatch(/[\r\n]/);
    expect(markupIn(events.join("\n"))).toEqual([]);
  });

  it("are lines of the log that nobody steers, and data in --json", async () => {
    for (const asData of [true, false]) {
      const desk = fakeDesk({ text: stackFile("api"), state: [storedGate("api", "succeeded")] });
      const engine = await desk.openEngine(STACK);
      const { history, left } = new Story()
        .tell({ by: FOREIGN, because: FOREIGN, result: "failed" })
        .sources();
      const past = { updates: async () => history.slice(), states: async () => left.slice() };
      desk.openEngine = async () => ({ ...engine, past }) as unknown as Engine;
      await log(desk, { stack: STACK, json: asData });
      expect(desk.data.join("\n")).toContain("onerror");
      expect(leftIn(desked(desk))).toEqual([]);
    }
  });

  it("tell of no commit that is none, whatever a message or an author's name holds", () => {
    const forged = `x\u001E\nb\u001F2026-11-24T21:00:00Z\u001FAda\u001Fprod: rollback`;
    const commits = parseCommits(
      ["a", "2026-11-24T20:00:00Z", forged, forged].map((field) => `${field}\0`).join(""),
    );
    expect(commits).toHaveLength(1);
    expect(commits[0]?.by).toBe(forged);
  });
});

describe("the team's chat", () => {
  it("gets plain words without markup, and its own error is plain in ours", async () => {
    const sent: { text: string; parse_mode?: string }[] = [];
    const said: string[] = [];
    const team = createTeam({
      ...{
        telegram: { chatId: "1", apiUrl: "https://chat.example" },
        token: "123456:abc",
        thresholdMs: 1_000,
      },
      ...{ elapsed: () => 0, sleep: async () => undefined, now: async () => new Date(0), redact },
      log: (line) => said.push(line),
      fetch: (async (_url: string, { body }: { body: string }) => {
        sent.push(JSON.parse(body) as { text: string });
        return new Response(JSON.stringify({ ok: false, error_code: 400, description: FOREIGN }), {
          status: 400,
        });
      }) as unknown as typeof fetch,
    });
    await team.tell(FOREIGN);
    const checks = await team.check(FOREIGN);
    expect(sent.length).toBeGreaterThan(0);
    for (const { text = "", parse_mode } of sent) expect([leftIn(text), parse_mode]).toEqual([[], undefined]);
    expect(said.join()).toContain("the team was not told");
    expect(leftIn(said.join("\n"))).toEqual([]);
    expect(leftIn(checks.map(({ summary }) => summary).join("\n"))).toEqual([]);
  });
});

it("an error that nobody foresaw is told in plain words", () => {
  expect(leftIn(crashText(new Error(FOREIGN)))).toEqual([]);
});

const status = (world: StatusWorld, asData: boolean) => run(world, { json: asData });

const DEPLOYED = {
  ...{ kind: "Deploy", name: "deploy-b", inputs: {} },
  outputs: { service: "b", renderName: "b", deployId: "dep-1", status: "succeeded", liveAt: "" },
};
