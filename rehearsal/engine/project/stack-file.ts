import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Document, isMap as isYamlMap, parseDocument } from "yaml";
import { CommandError } from "../errors";
import type { PathStep } from "../values/property-path";
import { isMap, type PropertyMap, type PropertyValue } from "../values/property-value";
import type { Project } from "./project-file";

/** `Pulumi.<stack>.yaml`: read and changed in place, so that comments and order survive. */
export class StackFile {
  private constructor(
    readonly path: string,
    private readonly document: Document,
  ) {}

  /** Reads the file; one that does not exist is empty.
   *  @throws CommandError with file, line and column when it is not YAML. */
  static read(file: string): StackFile {
    if (!existsSync(file)) return new StackFile(file, new Document({}));
    const document = parseDocument(readFileSync(file, "utf8"));
    const [problem] = document.errors;
    if (problem !== undefined) {
      throw new CommandError(
        `could not unmarshal '${file}': ${problem.message.split("\n")[0] ?? "not YAML"}`,
      );
    }
    return new StackFile(file, isYamlMap(document.contents) ? document : new Document({}));
  }

  /** The `encryptionsalt` line, where the stack has one. */
  get salt(): string | undefined {
    const salt = this.document.get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  setSalt(salt: string): void {
    this.document.set("encryptionsalt", salt);
  }

  /** Config by full key, as written: secrets are still `{secure: …}`. */
  get config(): PropertyMap {
    const config = (this.document.toJS() as PropertyMap)["config"] ?? null;
    return isMap(config) ? config : {};
  }

  setConfig(path: readonly PathStep[], value: PropertyValue): void {
    this.document.setIn(
      ["config", ...path],
      typeof value === "object" ? this.document.createNode(value) : value,
    );
  }

  /** @returns whether there was something to remove. */
  removeConfig(path: readonly PathStep[]): boolean {
    const place = ["config", ...path];
    // Below something that is not there, `deleteIn` would throw.
    const existed = this.document.hasIn(place) && this.document.deleteIn(place);
    const config = this.document.get("config");
    if (isYamlMap(config) && config.items.length === 0) this.document.delete("config");
    return existed;
  }

  write(): void {
    writeFileSync(this.path, this.document.toString({ lineWidth: 0 }));
  }
}

/** Where a stack's file stands: beside the project file, or where `--config-file` says. */
export function stackFilePath(project: Project, stack: string, configFile: string | undefined): string {
  return configFile === undefined
    ? path.join(project.root, project.stackConfigDir, `Pulumi.${stack}.yaml`)
    : path.resolve(configFile);
}
