import { describe, expect, it } from "vitest";

import { createTeam, type TeamOptions } from "../../components/providers/team";
import { createRedactor } from "../../components/secrets";
import { CANARY } from "../support/fake-context";

const NOW = new Date("2026-11-24T21:00:00Z");
const TOKEN = "123456:AAbbccddeeffgghhiijjkkllmmnnooppqqr";

/** A team whose chat answers as told, and all that it got. */
function world(options: Partial<TeamOptions> = {}, answer: { status: number; body: unknown } = ok(7)) {
  const sent: Record<string, unknown>[] = [];
  const log: string[] = [];
  const team = createTeam({
    telegram: { chatId: "-100", apiUrl: "https://telegram.example" },
    token: TOKEN,
    thresholdMs: 5_000,
    fetch: async (_url, { body }) => {
      sent.push(JSON.parse(body ?? "{}") as Record<string, unknown>);
      return { status: answer.status, text: async () => JSON.stringify(answer.body) };
    },
    elapsed: () => 0,
    sleep: async () => undefined,
    now: async () => NOW,
    redact: createRedactor([CANARY]),
    log: (line) => log.push(line),
    ...options,
  });
  return { team, sent, log };
}

function ok(messageId: number) {
  return { status: 200, body: { ok: true, result: { message_id: messageId } } };
}

describe("the team", () => {
  it("gets a message in the stack's chat, without the secrets in it", async () => {
    const { team, sent, log } = world();
    await team.tell(`stopped: ${CANARY} was refused`);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ chat_id: "-100" });
    expect(sent[0]?.["text"]).toMatch(/^stopped: .* was refused$/);
    expect(JSON.stringify(sent)).not.toContain(CANARY);
    expect(log).toEqual([]);
  });

  it("gets no more than Telegram takes", async () => {
    const { team, sent } = world();
    await team.tell("x".repeat(10_000));
    expect(sent[0]?.["text"]).toHaveLength(3_500);
  });

  it("is not told where the chat refuses, and the log says so; nothing is thrown", async () => {
    const { team, log } = world(
      {},
      { status: 403, body: { ok: false, error_code: 403, description: "kicked" } },
    );
    await expect(team.tell("began")).resolves.toBeUndefined();
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^the team was not told: .*kicked/s);
    expect(log[0]).not.toContain(TOKEN);
  });

  it("is not told, and could not be measured, without a token; nothing is sent", async () => {
    const { team, sent, log } = world({ token: undefined });
    await team.tell("began");
    expect(log[0]).toMatch(/^the team was not told: telegramBotToken is not set/);
    expect(await team.check("test")).toMatchObject([
      {
        check: "telegram",
        verdict: "could-not-measure",
        at: NOW.toISOString(),
        probe: "POST https://telegram.example/bot<redacted>/getMe",
      },
    ]);
    expect(sent).toEqual([]);
  });

  it("is nobody where the stack names no chat: nothing is sent, checked or logged", async () => {
    const { team, sent, log } = world({ telegram: undefined });
    await team.tell("began");
    expect([await team.check("test"), sent, log]).toEqual([[], [], []]);
  });
});
