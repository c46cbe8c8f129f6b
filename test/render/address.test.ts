import { describe, expect, test } from "vitest";

import { createRenderClient } from "../../components/render/client";

const create = (options: { baseUrl?: string; apiKey?: string }) => () =>
  createRenderClient({ apiKey: "rnd_key", ...options });

describe("where the key may go", () => {
  test.each([
    "https://api.render.com/v1",
    "https://api.render.com/v1/",
    "http://127.0.0.1:8080/v1",
    "http://127.8.9.1",
    "http://localhost:8080",
    "http://[::1]:8080/v1",
  ])("%s is accepted", (baseUrl) => {
    expect(create({ baseUrl })).not.toThrow();
  });

  test.each([
    "http://api.render.com/v1",
    "http://localhost.example.com/v1",
    "http://127.0.0.1.example.com/v1",
    "http://10.0.0.1/v1",
    "ftp://127.0.0.1/v1",
    "https://user:secret@api.render.com/v1",
    "https://api.render.com/v1?a=1",
    "api.render.com",
    "",
  ])("%j is refused before anything is sent", (baseUrl) => {
    expect(create({ baseUrl })).toThrow(expect.objectContaining({ code: "RENDER_URL_INVALID" }) as Error);
    expect(create({ baseUrl })).toThrow(/^renderApiUrl (?!.*secret)/);
  });

  test.each(["", "  ", "rnd_a b", "rnd_a\nX-Evil: 1", "rnd_\u00e9"])(
    "the key %j is refused, without being repeated",
    (apiKey) => {
      expect(create({ apiKey })).toThrow(expect.objectContaining({ code: "RENDER_KEY_INVALID" }) as Error);
      if (apiKey.trim() !== "") expect(create({ apiKey })).not.toThrow(new RegExp(apiKey.trim()));
    },
  );

  test("blanks around a pasted key are dropped", () => {
    expect(create({ apiKey: " rnd_key\n" })).not.toThrow();
  });
});
