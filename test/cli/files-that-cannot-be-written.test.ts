import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, it, onTestFinished } from "vitest";

import { advance } from "../../cli/advance/recipe";
import { rollback } from "../../cli/rollback/recipe";
import { errorEvent, failedStep, flag, gate, pre } from "./support/events";
import { failure, fakeDesk, said, STACK, stackFile, storedGate, type FakeDesk } from "./support/fake-desk";

const state = ["preparation", "migrations", "api"].map((phase) => storedGate(phase, "succeeded"));
const pathOf = (desk: FakeDesk) => join(desk.directory, `Pulumi.${STACK}.yaml`);
const readOnly = (desk: FakeDesk) => {
  chmodSync(pathOf(desk), 0o444);
};
const gateFailed = failure([
  pre(flag("VITE_ENABLE_UI_REFRESH", "false", "true"), false),
  failedStep(gate("ui", "create", { new: "open" })),
  errorEvent("gate ui did not pass:\n  health: fail: HTTP 503"),
]);

/** Where temporary files go; nothing can be made there. */
function withoutRoomForCopies(): void {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = "/dev/full/none";
  onTestFinished(() => {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  });
}

describe("a stack file that may only be read", () => {
  it("stops an advance before anything is asked or run, and says what to do", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state });
    readOnly(desk);
    await expect(advance(desk, { stack: STACK, yes: true })).rejects.toThrow(
      /Pulumi\.prod\.yaml could not be written: it is read-only \(mode 0444\)\. Nothing was run\. Next: make it writable/,
    );
    expect([desk.calls, desk.file()]).toEqual([[], stackFile("api")]);
  });

  it("stops an advance that would wait for a soak before it waits", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state });
    readOnly(desk);
    const ports = {
      renderNow: () => Promise.reject(new Error("nobody should ask")),
      sleep: () => Promise.reject(new Error("nobody should wait")),
      elapsed: () => 0,
    };
    await expect(advance(desk, { stack: STACK, yes: true, wait: true }, ports)).rejects.toThrow(/read-only/);
  });

  it("stops a rollback before anything is run, and its instructions need no file", async () => {
    const desk = fakeDesk({ text: stackFile("api"), state });
    readOnly(desk);
    await expect(rollback(desk, { stack: STACK, full: true, yes: true })).rejects.toThrow(
      /read-only.*Nothing was run.*--instructions/s,
    );
    expect([desk.calls, desk.file()]).toEqual([[], stackFile("api")]);
    expect(await rollback(desk, { stack: STACK, full: true, instructions: true })).toBe(0);
  });

  it("does not stop what has nothing to write: an update that goes on with its phase", async () => {
    const desk = fakeDesk({ text: stackFile("ui"), state });
    readOnly(desk);
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(0);
    expect(desk.calls).toEqual(["preview", "up"]);
  });
});

describe("a stack file that becomes so between preview and update", () => {
  it("does not hide why the preview was refused, and says what the file still says", async () => {
    const desk: FakeDesk = fakeDesk({
      text: stackFile("api"),
      state,
      script: () => {
        readOnly(desk);
        return failure([errorEvent("api: soaked 6m12s of 15m00s; may end at 22:41 Europe/Berlin")]);
      },
    });
    expect(await advance(desk, { stack: STACK, yes: true })).toBe(1);
    expect(said(desk)).toContain("api: soaked 6m12s of 15m00s");
    expect(said(desk)).toMatch(/could not be written: it is read-only .*take this back by hand/);
    expect(said(desk)).toContain("Nothing was changed.");
    expect(said(desk)).not.toContain("is as before");
  });

  it("lets the update run that was agreed to: it reads the frozen copy", async () => {
    const seen: string[] = [];
    const desk: FakeDesk = fakeDesk({
      ...{ text: stackFile("api"), state, interactive: true, whileAsked: readOnly },
      script: ({ op, stackFile: text }) => {
        seen.push(`${op} ${text === stackFile("ui") ? "ui" : text}`);
        return {};
      },
    });
    desk.answers = ["y"];
    expect(await advance(desk, { stack: STACK })).toBe(0);
    expect(seen).toEqual(["preview ui", "up ui"]);
  });

  it("does not keep flags on: --auto-rollback goes back from a copy, and says what the file still says", async () => {
    const ran: string[] = [];
    const desk: FakeDesk = fakeDesk({
      ...{ text: stackFile("api"), state },
      script: ({ op, count, stackFile: text }) => {
        if (op !== "up") return {};
        ran.push(text);
        readOnly(desk);
        return count === 1 ? gateFailed : {};
      },
    });
    expect(await advance(desk, { stack: STACK, yes: true, autoRollback: true })).toBe(1);
    expect(ran).toEqual([stackFile("ui"), stackFile("api")]);
    expect(desk.file()).toBe(stackFile("ui"));
    expect(said(desk)).toMatch(/Going back all the same, from a copy: Pulumi\.prod\.yaml still says/);
    expect(said(desk)).toContain("prod is back at api.");
  });
});

describe("a disk without room", () => {
  it("for the copy that is run leaves the stack file as before, and nothing runs", async () => {
    for (const run of [
      (desk: FakeDesk) => advance(desk, { stack: STACK, yes: true }),
      (desk: FakeDesk) => rollback(desk, { stack: STACK, full: true, yes: true }),
    ]) {
      const desk = fakeDesk({ text: stackFile("api"), state });
      withoutRoomForCopies();
      await expect(run(desk)).rejects.toThrow(
        /no copy of Pulumi\.prod\.yaml could be made in .*Nothing was run/,
      );
      expect([desk.calls, desk.file()]).toEqual([[], stackFile("api")]);
      delete process.env["TMPDIR"];
    }
  });

  // A limit of the system's own on the size of files: the first write takes a part, the next one fails.
  it("for the new stack file leaves the old one whole, and nothing beside it", () => {
    const directory = mkdtempSync(join(tmpdir(), "rollout-full-"));
    onTestFinished(() => {
      rmSync(directory, { recursive: true, force: true });
    });
    const path = join(directory, "Pulumi.prod.yaml");
    const before = `${"# a long comment\n".repeat(10)}phase: api\n`;
    writeFileSync(path, before, { mode: 0o640 });
    const script = `require(${JSON.stringify(join(process.cwd(), "cli/stack-file/write-stack-file.ts"))})
      .writeStackFile(${JSON.stringify(path)}, "# a longer comment\\n".repeat(5000) + "phase: ui\\n")`;
    const loader = join(process.cwd(), "components/typescript/register-here.cjs");
    const { status, stderr } = spawnSync(
      "/bin/sh",
      ["-c", 'ulimit -f 8; exec "$0" -r "$1" -e "$2"', process.execPath, loader, script],
      { encoding: "utf8" },
    );
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/Pulumi\.prod\.yaml could not be written: EFBIG: .*Nothing was run/);
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(["Pulumi.prod.yaml"]);
  });

  it.each([["--help"], ["advance", "--help"], ["completion", "bash"]])(
    "for what is printed (%s) ends in an exit code that says so, without a stack",
    (...words) => {
      const { status, stderr } = spawnSync(
        "/bin/sh",
        ["-c", 'exec "$0" "$@" > /dev/full', process.execPath, join("cli", "rollout.mjs"), ...words],
        { encoding: "utf8" },
      );
      expect(status).toBe(1);
      expect(stderr).toContain("ENOSPC");
      expect(stderr).not.toMatch(/^\s+at /m);
    },
  );
});
