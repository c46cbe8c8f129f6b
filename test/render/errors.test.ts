import { inspect } from "node:util";
import { describe, expect, test } from "vitest";

import { RolloutError } from "../../components/errors";
import type { RenderClient } from "../../components/render/client";
import { RenderError } from "../../components/render/errors";
import { CANARY_KEY, clientOf, errorOf, startServer, type Answer } from "./support/server";

const CANARY_VALUE = "canary-value-93b1";

describe("refusals", () => {
  test("the message stands alone: what, where, status, request, Render's words, what next", async () => {
    const server = await startServer(() => ({
      status: 401,
      json: { id: "x", message: "Unauthorized" },
      headers: { "render-request-id": "api-7767dddd75-m2trm/tatrYy6WLK-002273" },
    }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error).toBeInstanceOf(RolloutError);
    expect(error).toMatchObject({
      code: "RENDER_REFUSED",
      kind: "refusal",
      status: 401,
      requestId: "api-7767dddd75-m2trm/tatrYy6WLK-002273",
      apiMessage: "Unauthorized",
    });
    expect(error.message).toBe(
      `the API key was refused: GET /services/srv-1 at ${new URL(server.url).host} answered HTTP 401 (request api-7767dddd75-m2trm/tatrYy6WLK-002273). ` +
        'Render says: "Unauthorized". Next: create one in Render\'s Account Settings, set it with ' +
        "`pulumi config set --secret renderApiKey` or RENDER_API_KEY, and run again.",
    );
  });

  test.each([
    [400, "Render did not accept the request"],
    [402, "billing page"],
    [403, "in a protected environment only admins change variables"],
    [404, "check the id in config"],
    [406, "see the resource in Render's dashboard"],
    [409, "wait until that is over"],
    [410, "it was deleted"],
    [418, "ask Render's support with the request id"],
    [500, "https://status.render.com"],
    [503, "https://status.render.com"],
  ])("HTTP %i has a way out: %s", async (status, words) => {
    const server = await startServer(() => ({ status }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error).toMatchObject({ code: "RENDER_REFUSED", status });
    expect(error.message).toContain(words);
  });

  test("a 429 that stays says why it was not asked again", async () => {
    const server = await startServer(() => ({ status: 429, headers: { "retry-after": "3600" } }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error.message).toContain("Render's rate limit was hit");
    expect(error.message).toContain(
      "It was not asked again: the next attempt would come after the call's time is over.",
    );
  });

  test("a refusal without JSON is still one", async () => {
    const server = await startServer(() => ({
      status: 404,
      text: "404 page not found",
      headers: { "content-type": "text/plain" },
    }));
    expect(await errorOf(clientOf(server).getService("srv-1"))).toMatchObject({
      status: 404,
      apiMessage: undefined,
    });
  });

  test("Render's words are one line, shortened, and without control characters", async () => {
    const message = `one\ntwo \u001b[31m${"x".repeat(1_000)}`;
    const server = await startServer(() => ({ status: 400, json: { message } }));
    const error = await errorOf(clientOf(server).getService("srv-1"));
    expect(error["apiMessage"]).toMatch(/^one two x+…$/);
    expect(error["apiMessage"]).toHaveLength(301);
  });

  test("Render's words hold the key in no form, not even its beginning where they are shortened", async () => {
    for (const repeated of [CANARY_KEY, Buffer.from(CANARY_KEY).toString("base64")])
      for (const before of [0, 285, 299]) {
        const message = `${"x".repeat(before)} ${repeated}, says Render`;
        const server = await startServer(() => ({ status: 401, json: { message } }));
        const told = (await errorOf(clientOf(server).getService("srv-1"))).message;
        expect(told).toContain("Render says");
        expect(told).not.toContain(repeated.slice(0, 8));
      }
  });

  test("a request id that is none is left out", async () => {
    const server = await startServer(() => ({
      status: 400,
      headers: { "render-request-id": "a b <script>" },
    }));
    expect((await errorOf(clientOf(server).getService("srv-1")))["requestId"]).toBeUndefined();
  });
});

describe("nothing secret shows", () => {
  const everything = (value: unknown) =>
    [
      inspect(value, { depth: 20, showHidden: true, getters: true }),
      JSON.stringify(value),
      String(value),
    ].join("\n");
  const calls: [string, (client: RenderClient) => Promise<unknown>][] = [
    ["putEnvVar", (client) => client.putEnvVar("srv-1", "K", CANARY_VALUE)],
    ["getEnvVar", (client) => client.getEnvVar("srv-1", "K")],
    ["listEnvVars", (client) => client.listEnvVars("srv-1")],
    ["createDeploy", (client) => client.createDeploy("srv-1", {})],
    ["getService", (client) => client.getService("srv-1")],
  ];
  /** A server that repeats all it got, in every place there is. */
  const echo = `${CANARY_KEY} ${CANARY_VALUE}`;
  const answers: [string, Answer][] = [
    [
      "a refusal",
      { status: 400, json: { id: echo, code: echo, message: `bad value ${CANARY_VALUE} of ${CANARY_KEY}` } },
    ],
    ["a refusal in text", { status: 403, text: echo }],
    ["an outage", { status: 503, json: { message: `${CANARY_KEY} failed` } }],
    [
      "a redirect",
      { status: 302, headers: { location: `https://u:${CANARY_KEY}@evil.test/${CANARY_VALUE}` } },
    ],
    ["text", { status: 200, text: echo, headers: { "content-type": `text/${CANARY_VALUE}` } }],
    [
      "another JSON",
      { status: 200, json: [{ [CANARY_VALUE]: CANARY_KEY, envVar: { key: "K", value: [CANARY_VALUE] } }] },
    ],
    ["half a JSON", { status: 200, text: `{"value":"${CANARY_VALUE}` }],
    ["a broken connection", "drop"],
  ];

  test.each(calls)("in no error of %s, whatever Render answers", async (name, call) => {
    for (const [kind, answer] of answers) {
      const server = await startServer(() => answer);
      const error = await call(clientOf(server)).then(
        () => undefined,
        (caught: unknown) => caught,
      );
      // A PUT does not read its answer.
      if (error === undefined) expect([name, kind]).toEqual([name, expect.stringMatching(/JSON|text/)]);
      else expect(error).toBeInstanceOf(RenderError);
      const shown = error === undefined ? "" : everything(error);
      expect(shown).not.toContain(CANARY_KEY);
      // Render's own words are repeated, but not where they are about a variable.
      if (name.endsWith("EnvVar") || name.endsWith("EnvVars") || kind !== "a refusal")
        expect(shown).not.toContain(CANARY_VALUE);
    }
  });

  test("not in the client itself, however it is printed", async () => {
    const server = await startServer(() => ({ json: [] }));
    const client = clientOf(server);
    await client.listOwners();
    expect(everything(client)).not.toContain(CANARY_KEY);
    expect(JSON.stringify(client)).toBe("{}");
  });
});
