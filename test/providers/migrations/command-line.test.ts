import { execFileSync } from "node:child_process";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { commandLine, commandsFor } from "../../../components/providers/migrations/command-line";

describe("commandsFor", () => {
  it("runs a command with {id} or {file} once for each migration", () => {
    const migrations = [{ id: "001_a", file: "a.sql" }, { id: "002_b" }];
    expect(commandsFor(["run", "apply", "{id}"], migrations)).toEqual([
      { words: ["run", "apply", "001_a"], acts: ["001_a"] },
      { words: ["run", "apply", "002_b"], acts: ["002_b"] },
    ]);
    expect(commandsFor(["run", "up/{file}"], migrations.slice(0, 1))).toEqual([
      { words: ["run", "up/a.sql"], acts: ["001_a"] },
    ]);
  });

  it("runs a command without {id} once for all, and not at all for none", () => {
    expect(commandsFor(["run", "apply"], [{ id: "001_a" }, { id: "002_b" }])).toEqual([
      { words: ["run", "apply"], acts: ["001_a", "002_b"] },
    ]);
    expect(commandsFor(["run", "apply"], [])).toEqual([]);
  });

  it.each(["orders/0001_initial", "App\\Migrations\\V1", "20260101:x", "1.2+3", "a$&b".replace("$&", "-")])(
    "passes an id like %j on as it is",
    (id) => {
      expect(commandsFor(["run", "{id}"], [{ id }])).toEqual([{ words: ["run", id], acts: [id] }]);
    },
  );

  it.each(["; rm -rf /", "$(id)", "--all", "a b", "", "ä"])(
    "lets no id or file like %j reach a command line",
    (word) => {
      expect(() => commandsFor(["run", "{id}"], [{ id: word }])).toThrow("no plain word");
      expect(() => commandsFor(["run", "{file}"], [{ id: "a", file: word }])).toThrow("no plain word");
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
