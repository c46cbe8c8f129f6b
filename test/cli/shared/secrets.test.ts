import { describe, expect, it } from "vitest";

import { knownSecrets, readSecret } from "../../../cli/shared/secrets";

const stack = (secrets: Record<string, string>) => ({
  secret: async (key: string) => secrets[key],
});

describe("a secret", () => {
  it("is the stack's own where it has one, whatever the environment says", async () => {
    const env = { RENDER_API_KEY: "of-the-environment" };
    expect(await readSecret("renderApiKey", stack({ renderApiKey: "of-the-stack" }), env)).toBe(
      "of-the-stack",
    );
  });

  it.each<Record<string, string>>([{}, { renderApiKey: "" }])(
    "is the environment's where the stack has none: %j",
    async (secrets) => {
      expect(await readSecret("renderApiKey", stack(secrets), { RENDER_API_KEY: "of-the-environment" })).toBe(
        "of-the-environment",
      );
    },
  );

  it("is none where neither has one, or only an empty one", async () => {
    expect(await readSecret("renderApiKey", undefined, {})).toBeUndefined();
    expect(await readSecret("renderApiKey", stack({}), { RENDER_API_KEY: "" })).toBeUndefined();
  });
});

it("what could be printed by mistake are the secrets of both places, whichever counts", async () => {
  const env = { RENDER_API_KEY: "key-of-env", TELEGRAM_BOT_TOKEN: "token-of-env" };
  const known = await knownSecrets(stack({ renderApiKey: "key-of-stack" }), env);
  expect(known).toEqual(expect.arrayContaining(["key-of-env", "token-of-env", "key-of-stack"]));
});
