import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pc from "picocolors";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import { diffOf, requireWritable, writeStackFile } from "../../../cli/stack-file/write-stack-file";

function folder() {
  const directory = mkdtempSync(join(tmpdir(), "rollout-write-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const path = join(directory, "Pulumi.prod.yaml");
  writeFileSync(path, "phase: api\n", { mode: 0o640 });
  return { directory, path };
}

describe("a stack file", () => {
  it("is replaced as a whole, never written into: whoever has it open goes on reading the old text", () => {
    const { directory, path } = folder();
    const opened = join(directory, "the-same-file");
    linkSync(path, opened);
    writeStackFile(path, "phase: ui\n");
    expect(readFileSync(path, "utf8")).toBe("phase: ui\n");
    expect(readFileSync(opened, "utf8")).toBe("phase: api\n");
  });

  it("keeps its rights, and nothing is left beside it", () => {
    const { directory, path } = folder();
    writeStackFile(path, "phase: ui\n");
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(readdirSync(directory)).toEqual(["Pulumi.prod.yaml"]);
  });

  it("that is a link stays one, and the file behind it changes", () => {
    const { directory, path } = folder();
    const link = join(directory, "Pulumi.link.yaml");
    symlinkSync(path, link);
    writeStackFile(link, "phase: ui\n");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("phase: ui\n");
  });

  it("that cannot be written stays as it is, and the error says that nothing was run", () => {
    const { directory, path } = folder();
    // What the new text would be written into is taken.
    mkdirSync(join(directory, `.Pulumi.prod.yaml.${process.pid}.tmp`));
    expect(() => {
      writeStackFile(path, "phase: ui\n");
    }).toThrow(/Pulumi\.prod\.yaml could not be written: .+Nothing was run\./);
    expect(readFileSync(path, "utf8")).toBe("phase: api\n");
    expect(existsSync(path)).toBe(true);
  });
});

describe("a stack file that will have to be written", () => {
  it("is fine where it is writable, and where there is none yet", () => {
    const { directory, path } = folder();
    requireWritable(path);
    requireWritable(join(directory, "Pulumi.none.yaml"));
  });

  it.each([0o440, 0o400, 0o555])(
    "and is read-only for everybody is meant to stay, for root too: mode %o",
    (mode) => {
      const { path } = folder();
      chmodSync(path, mode);
      const refused = expect.objectContaining({
        code: "STACK_FILE_WRITE",
        message:
          `${path} could not be written: it is read-only (mode 0${mode.toString(8)}). Nothing was run. Next: make it writable ` +
          "(or room on its disk), and run the same command again; where that cannot be, `rollout rollback --instructions` needs no file.",
      });
      expect(() => {
        requireWritable(path);
      }).toThrow(refused);
      expect(() => {
        writeStackFile(path, "phase: ui\n");
      }).toThrow(refused);
      expect(readFileSync(path, "utf8")).toBe("phase: api\n");
    },
  );

  it("is not missed behind a link", () => {
    const { directory, path } = folder();
    const link = join(directory, "Pulumi.link.yaml");
    symlinkSync(path, link);
    chmodSync(path, 0o444);
    expect(() => {
      requireWritable(link);
    }).toThrow("read-only (mode 0444)");
  });
});

it("leaves nothing beside a file that could not be replaced", () => {
  const { directory, path } = folder();
  const target = join(directory, "Pulumi.folder.yaml");
  mkdirSync(target);
  expect(() => {
    writeStackFile(target, "phase: ui\n");
  }).toThrow(/Pulumi\.folder\.yaml could not be written: /);
  expect(readdirSync(directory).sort()).toEqual(["Pulumi.folder.yaml", "Pulumi.prod.yaml"]);
  expect(existsSync(path)).toBe(true);
});

it("a change is shown with two lines around it, each line in its colour", () => {
  for (const colour of ["bold", "green", "red", "cyan"] as const)
    vi.spyOn(pc, colour).mockImplementation((text) => `<${colour}>${String(text)}`);
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const lines = ["1", "2", "3", "++ 4", "5", "6", "7", ""];
  const after = lines.with(3, "4 ====");
  expect(diffOf("f.yaml", lines.join("\n"), after.join("\n")).split("\n")).toEqual([
    "<bold>--- a/f.yaml",
    "<bold>+++ b/f.yaml",
    "<cyan>@@ -2,5 +2,5 @@",
    " 2",
    " 3",
    "<red>-++ 4",
    "<green>+4 ====",
    " 5",
    " 6",
  ]);
});

it("a change is shown as a diff, and none as nothing", () => {
  expect(diffOf("f.yaml", "a\nb\n", "a\nc\n")).toBe(
    "--- a/f.yaml\n+++ b/f.yaml\n@@ -1,2 +1,2 @@\n a\n-b\n+c",
  );
  expect(diffOf("f.yaml", "a\n", "a\n")).toBe("");
});
