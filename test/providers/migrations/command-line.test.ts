import { execFileSync } from "node:child_process";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { commandLine, commandsFor } from "../../../components/providers/migrations/command-line";

describe("commandsFor", () => {
  it("runs a command with {id} once for each migration", () => {
    expect(commandsFor(["run", "apply", "{id}"], ["001_a", "002_b"])).toEqual([
      ["run", "apply", "001_a"],
      ["run", "apply", "002_b"],
    ]);
  });

  it("runs a command without {id} once for all, and not at all for none", () => {
    expect(commandsFor(["run", "apply"], ["001_a", "002_b"])).toEqual([["run", "apply"]]);
    expect(commandsFor(["run", "apply"], [])).toEqual([]);
  });

  it.each(["; rm -rf /", "$(id)", "--all", "a b", "", "ä"])(
    "lets no id like %j reach a command line",
    (id) => {
      expect(() => commandsFor(["run", "{id}"], [id])).toThrow("is not a migration's id");
    },
  );
});

describe("commandLine", () => {
  it("is one simple command with its directory and the run's id", () => {
    expect(
      commandLine(["python", "migrations/run.py", "status"], { directory: "/opt/app", runId: "r-1" }),
    ).toBe("env -C /opt/app ROLLOUT_RUN_ID=r-1 python migrations/run.py status");
  });

  it("reaches a program through a shell word for word, whatever the words hold", () => {
    const word = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !text.includes("\0"));
    fc.assert(
      // Twelve words of every kind for each process: starting one is what takes time.
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const print = "process.stdout.write(JSON.stringify(process.argv.slice(1)))";
        const line = commandLine([process.execPath, "-e", print, "--", ...words]);
        expect(JSON.parse(execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" }))).toEqual(words);
      }),
      { numRuns: 15, examples: [[["a\\=b", "'", "\\"]]] },
    );
  });
});
