import {
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

import { describe, expect, it, onTestFinished } from "vitest";

import { diffOf, writeStackFile } from "../../../cli/stack-file/write-stack-file";

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

it("a change is shown as a diff, and none as nothing", () => {
  expect(diffOf("f.yaml", "a\nb\n", "a\nc\n")).toBe(
    "--- a/f.yaml\n+++ b/f.yaml\n@@ -1,2 +1,2 @@\n a\n-b\n+c",
  );
  expect(diffOf("f.yaml", "a\n", "a\n")).toBe("");
});
