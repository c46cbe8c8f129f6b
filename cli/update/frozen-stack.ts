import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { messageOf, RolloutError } from "../../components/errors";
import type { Desk } from "../shared/desk";
import type { LoadedStack } from "../shared/load-stack";
import { writeStackFile } from "../stack-file/write-stack-file";
import type { StackFileChange } from "./stack-file-change";

/**
 * A stack's files as they were when somebody began to look at what they would do. Preview and update both read this copy, so
 * that what was shown is what runs, whoever writes into the checkout meanwhile.
 */
export interface FrozenStack {
  /** Path of the copy of the stack file, for Pulumi's `--config-file`. */
  configFile: string;
  /** Files whose content is not what was frozen any more, by name. */
  changedSince(): string[];
  /** Ends it. What Pulumi itself has written into the copy (a new stack's encryption salt) goes into the file, if that is as it was. */
  remove(): void;
}

/** Pulumi reads the catalogue where it stands: it cannot be told another place, so it is compared. */
const CATALOGUE = "Pulumi.yaml";

/**
 * @param file name of the stack file, relative to the directory.
 * @param text what the copy says where the file itself cannot be made to say it.
 * @throws RolloutError STACK_FILE_WRITE
 */
export function freezeStack(directory: string, file: string, text?: string): FrozenStack {
  const read = (name: string) => {
    const path = join(directory, name);
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  };
  const names = [file, CATALOGUE];
  const frozen = new Map(names.map((name) => [name, read(name)]));
  // Only its owner gets into a directory made so; a stack file may hold encrypted secrets.
  const { folder, configFile } = makeCopy(file, text ?? frozen.get(file) ?? "");
  const remove = () => {
    const written = existsSync(configFile) ? readFileSync(configFile, "utf8") : undefined;
    const before = frozen.get(file);
    if (
      text === undefined &&
      written !== undefined &&
      before !== undefined &&
      written !== before &&
      read(file) === before
    )
      writeStackFile(join(directory, file), written);
    rmSync(folder, { recursive: true, force: true });
    process.off("exit", remove);
  };
  process.on("exit", remove);
  return {
    configFile,
    changedSince: () => names.filter((name) => read(name) !== frozen.get(name)),
    remove,
  };
}

/** Where no copy can be made nothing is run, and then nothing stays written. @throws RolloutError STACK_FILE_WRITE */
export function freezeOrPutBack(
  { directory }: Pick<Desk, "directory">,
  { file }: Pick<LoadedStack, "file">,
  change: StackFileChange,
): FrozenStack {
  try {
    return freezeStack(directory, file);
  } catch (error) {
    change.putBack();
    throw error;
  }
}

function makeCopy(file: string, text: string): { folder: string; configFile: string } {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), "rollout-frozen-"));
    const configFile = join(folder, file);
    writeFileSync(configFile, text, { mode: 0o600 });
    return { folder, configFile };
  } catch (error) {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw new RolloutError(
      "STACK_FILE_WRITE",
      `no copy of ${file} could be made in ${tmpdir()}: ${messageOf(error)}. Nothing was run. ` +
        `Next: make room there (or name another place: TMPDIR), and run the same command again.`,
    );
  }
}
