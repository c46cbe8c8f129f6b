import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { GATE_CHECKS } from "../../components/config/gate-checks";

const ROOMS = ["probes", "providers"].map((room) => join(__dirname, "..", "..", "components", room));

/** Every file that makes checks, without the one that writes ids. */
function texts(): string[] {
  return ROOMS.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith("check-id.ts"))
      .map((name) => readFileSync(join(room, name), "utf8")),
  );
}

describe("the checks that an override can name", () => {
  it("get their ids from one writer, whose type knows every kind", () => {
    expect(texts().filter((text) => /\bcheck: ["`]/.test(text))).toEqual([]);
  });

  it("are all made somewhere: a name that no check has would open nothing", () => {
    const made = texts().flatMap((text) =>
      [...text.matchAll(/\bcheckId\(["`]([a-z-]+)/g)].map(([, kind]) => kind),
    );
    // These two are made with the name of the metric.
    expect(made).toContain("soak-");
    const rest = GATE_CHECKS.filter((kind) => kind !== "soak-memory" && kind !== "soak-cpu");
    expect(rest.filter((kind) => !made.includes(kind))).toEqual([]);
  });
});
