import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { GATE_CHECKS } from "../../components/config/gate-checks";

const ROOMS = ["probes", "providers"].map((room) => join(__dirname, "..", "..", "components", room));

/** First words of every literal that the code gives a check as its id. */
function written(): string[] {
  const files = ROOMS.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(room, name), "utf8")),
  );
  const ids = files.flatMap((text) =>
    [...text.matchAll(/\bcheck: ["`]([a-z][a-z-]*)/g)].map(([, id]) => id!),
  );
  return [...new Set(ids)].sort();
}

describe("the checks that an override can name", () => {
  it("are all that the code makes", () => {
    const known: readonly string[] = GATE_CHECKS;
    // "woken" always passes and "watch" warns at most; "soak-" is made with the name of a figure.
    expect(
      written().filter((id) => !known.includes(id) && !["woken", "watch", "soak-"].includes(id)),
    ).toEqual([]);
  });
});
