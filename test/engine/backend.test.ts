import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileBackend } from "../../rehearsal/engine/backend/file-backend";
import { addToHistory, readHistory } from "../../rehearsal/engine/backend/history";
import { breakLocks, lockStack } from "../../rehearsal/engine/backend/stack-lock";
import { parseStackReference } from "../../rehearsal/engine/backend/stack-reference";

const stack = parseStackReference("dev", "toy");
let folder: string;
let backend: FileBackend;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "engine-backend-"));
  backend = FileBackend.open(`file://${folder}`);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("the file backend", () => {
  it("keeps a stack where the CLI would", () => {
    backend.writeCheckpoint(stack, { stack: stack.fullName });
    backend.writeCheckpoint(stack, { stack: stack.fullName });
    expect(readdirSync(path.join(folder, ".pulumi/stacks/toy"))).toEqual(["dev.json", "dev.json.bak"]);
    expect(backend.readCheckpoint(stack)).toEqual({ stack: "organization/toy/dev" });
    expect(backend.listStacks("toy")).toEqual([{ name: "dev", lastUpdate: undefined, resources: 0 }]);
  });

  it("drops the checksum that the CLI left beside a file, since it no longer holds", () => {
    backend.writeCheckpoint(stack, { stack: stack.fullName });
    const attributes = path.join(folder, ".pulumi/stacks/toy/dev.json.attrs");
    writeFileSync(attributes, "{}");
    backend.writeCheckpoint(stack, { stack: stack.fullName });
    expect(existsSync(attributes)).toBe(false);
  });

  it("is the only kind of backend here", () => {
    expect(() => FileBackend.open("https://api.pulumi.com")).toThrow("only file:// backends are supported");
  });

  it("lists history newest first, and removes it with the stack", () => {
    backend.writeCheckpoint(stack, { stack: stack.fullName });
    const entry = { startTime: 0, endTime: 1, message: "", environment: {}, config: {}, version: 0 } as const;
    addToHistory(backend, stack, { ...entry, kind: "update", result: "failed" }, { stack: stack.fullName });
    addToHistory(
      backend,
      stack,
      { ...entry, kind: "destroy", result: "succeeded" },
      { stack: stack.fullName },
    );
    expect(readHistory(backend, stack).map(({ kind }) => kind)).toEqual(["destroy", "update"]);
    backend.removeStack(stack);
    expect(backend.hasStack(stack)).toBe(false);
    expect(readHistory(backend, stack)).toEqual([]);
  });
});

describe("the lock", () => {
  it("refuses a second update in the CLI's words, until it is given back", () => {
    const release = lockStack(backend, stack);
    expect(() => lockStack(backend, stack)).toThrow(
      /^the stack is currently locked by 1 lock\(s\)\. Either wait for the other process\(es\) to end or delete the lock file with `pulumi cancel`\.\n {2}file:\/\/.*: created by .+@.+ \(pid \d+\) at /,
    );
    release();
    lockStack(backend, stack)();
  });

  it("of a killed update is broken by cancel", () => {
    lockStack(backend, stack);
    breakLocks(backend, stack);
    lockStack(backend, stack)();
  });
});

describe("a stack's name", () => {
  it("may be written with organization and project", () => {
    expect(parseStackReference("organization/toy/dev", "other")).toEqual(stack);
    expect(() => parseStackReference("acme/dev", "toy")).toThrow("organization name must be 'organization'");
    expect(() => parseStackReference("de v", "toy")).toThrow("a stack name may only contain");
  });
});
