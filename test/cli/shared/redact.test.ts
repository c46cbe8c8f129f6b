import { expect, it } from "vitest";

import { redactorFor } from "../../../cli/shared/redact";

const stack = { secret: async (name: string) => (name === "renderApiKey" ? "rnd_of-the-stack" : undefined) };

it("hides the stack's secrets, the environment's of the same kind, and what is secret by its name alone", async () => {
  const redact = await redactorFor(stack, {
    RENDER_API_KEY: "rnd_of-the-environment",
    SOME_SERVICE_TOKEN: "token-of-somebody",
    HOME: "/home/ada",
  });
  const said = redact("rnd_of-the-stack rnd_of-the-environment token-of-somebody /home/ada");
  expect(said).not.toMatch(/rnd_|token-of/);
  expect(said).toContain("/home/ada");
});

it("hides a database's password in every form, also without a stack", async () => {
  const redact = await redactorFor(undefined, { DATABASE_URL: "postgres://u:p%40ss-word@db.example/x" });
  expect(redact("postgres://u:p%40ss-word@db.example/x p@ss-word p%40ss-word")).not.toMatch(/ss-word/);
});
