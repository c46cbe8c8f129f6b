import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { CommandError } from "../errors";
import type { Checkpoint, CheckpointFile } from "../checkpoint/checkpoint-file";
import { organization, type StackReference } from "./stack-reference";

/** Stacks in a folder, in the layout of the CLI's own file backend: both can work on one folder in turn.
 *  @source pkg/backend/diy */
export class FileBackend {
  private constructor(
    /** As it was given, for messages: `file:///…`. */
    readonly url: string,
    private readonly root: string,
  ) {}

  /** Opens (and, when it is new, sets up) the backend of a `file://` URL.
   *  @throws CommandError for any other kind of backend. */
  static open(url: string): FileBackend {
    if (!url.startsWith("file://")) {
      throw new CommandError(
        `embedded engine: only file:// backends are supported, not ${url.split(":")[0] ?? ""}`,
      );
    }
    const folder = folderOf(url);
    if (!existsSync(folder))
      throw new CommandError(`unable to open bucket ${url}: stat ${folder}: no such file or directory`);
    const backend = new FileBackend(url, path.join(folder, ".pulumi"));
    backend.setUp();
    return backend;
  }

  hasStack(stack: StackReference): boolean {
    return existsSync(this.stackPath(stack));
  }

  /** The stacks of one project, by name. */
  listStacks(project: string): { name: string; lastUpdate: Date | undefined; resources: number }[] {
    return listFolder(this.place("stacks", project))
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
      .map((name) => {
        const reference = { project, name, fullName: `${organization}/${project}/${name}` };
        const latest = this.readCheckpoint(reference).latest;
        return {
          name,
          lastUpdate: latest === undefined ? undefined : new Date(latest.manifest.time),
          resources: latest?.resources?.length ?? 0,
        };
      });
  }

  /** @throws CommandError when the file is not a checkpoint of version 3. */
  readCheckpoint(stack: StackReference): Checkpoint {
    const file = JSON.parse(readFileSync(this.stackPath(stack), "utf8")) as Partial<CheckpointFile>;
    if (file.version !== 3 || file.checkpoint === undefined) {
      throw new CommandError(`embedded engine: ${this.stackPath(stack)} is not a checkpoint of version 3`);
    }
    return file.checkpoint;
  }

  /** Writes the stack's state whole: to a new file first, so that a kill leaves the old or the new state. */
  writeCheckpoint(stack: StackReference, checkpoint: Checkpoint): void {
    const file = this.stackPath(stack);
    if (existsSync(file)) copyFileSync(file, `${file}.bak`);
    const content: CheckpointFile = { version: 3, checkpoint };
    writeWhole(file, JSON.stringify(content));
  }

  /** Removes a stack with its history. */
  removeStack(stack: StackReference): void {
    const file = this.stackPath(stack);
    for (const suffix of ["", ".attrs", ".bak", ".bak.attrs"]) rmSync(file + suffix, { force: true });
    for (const folder of ["history", "backups"]) {
      rmSync(this.place(folder, stack.project, stack.name), { recursive: true, force: true });
    }
  }

  /** A path below `.pulumi`. */
  place(...parts: string[]): string {
    return path.join(this.root, ...parts);
  }

  private stackPath(stack: StackReference): string {
    return this.place("stacks", stack.project, `${stack.name}.json`);
  }

  private setUp(): void {
    const meta = this.place("meta.yaml");
    if (existsSync(meta)) return;
    if (listFolder(this.place("stacks")).some((name) => name.endsWith(".json"))) {
      throw new CommandError(
        `embedded engine: ${this.url} has the layout of an old CLI; run \`pulumi state upgrade\` on it`,
      );
    }
    mkdirSync(this.root, { recursive: true });
    writeFileSync(meta, "version: 1\n");
  }
}

/** Writes a file so that a reader, or a kill, never meets half of it.
 *  A description that the CLI left beside the file (its checksum) no longer holds, and goes. */
export function writeWhole(file: string, content: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${String(process.pid)}.new`;
  writeFileSync(draft, content);
  renameSync(draft, file);
  rmSync(`${file}.attrs`, { force: true });
}

export function listFolder(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

function folderOf(url: string): string {
  const place = url.slice("file://".length).split("?")[0] ?? "";
  if (place === "~" || place.startsWith("~/")) return path.join(process.env["HOME"] ?? "", place.slice(1));
  return place.startsWith("/") ? fileURLToPath(`file://${place}`) : path.resolve(place);
}
