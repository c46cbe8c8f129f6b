import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { CommandError, messageOf } from "../errors";
import { isMap, type PropertyMap, type PropertyValue } from "../values/property-value";

/** What the engine needs to know of a `Pulumi.yaml`. */
export interface Project {
  name: string;
  /** Absolute path of the project file. */
  file: string;
  /** Absolute path of the folder that holds it. */
  root: string;
  /** `main`, as written: a folder or a file below the root. */
  main: string | undefined;
  runtimeOptions: { typescript: boolean; nodeargs: string | undefined; tsconfig: string | undefined };
  /** Project-level `config:`, as written. */
  config: PropertyMap;
  stackConfigDir: string;
  /** `backend.url`, where the project names one. */
  backendUrl: string | undefined;
}

/** Finds and reads the project that `folder` belongs to, looking upwards as the CLI does.
 *  @throws CommandError when there is none, or when it asks for something that this engine does not do. */
export function readProject(folder: string): Project {
  const file = findProjectFile(path.resolve(folder));
  if (file === undefined) {
    throw new CommandError(
      `no Pulumi.yaml project file found (searching upwards from ${path.resolve(folder)}). ` +
        "If you have not created a project yet, use `pulumi new` to do so: no project file found",
    );
  }
  const document = parseProject(file);
  const name = document["name"];
  if (typeof name !== "string" || name === "") {
    throw new CommandError(
      `could not load current project: invalid project file ${file}: project is missing a 'name' attribute`,
    );
  }
  const { main, stackConfigDir, backend, config } = document;
  return {
    name,
    file,
    root: path.dirname(file),
    main: typeof main === "string" ? main : undefined,
    runtimeOptions: readRuntime(document["runtime"] ?? null, file),
    config: isMap(config) ? config : {},
    stackConfigDir:
      typeof stackConfigDir === "string" ? stackConfigDir : typeof config === "string" ? config : "",
    backendUrl: isMap(backend) && typeof backend["url"] === "string" ? backend["url"] : undefined,
  };
}

/** The folder in which the program runs, and the entry that is handed to the SDK's runner. */
export function programPlace(project: Project): { folder: string; entry: string } {
  if (project.main === undefined) return { folder: project.root, entry: "." };
  const place = path.resolve(project.root, project.main);
  if (!existsSync(place)) throw new CommandError(`project 'main' could not be read: ${place} does not exist`);
  return statSync(place).isDirectory()
    ? { folder: place, entry: "." }
    : { folder: path.dirname(place), entry: place };
}

function findProjectFile(folder: string): string | undefined {
  for (const name of ["Pulumi.yaml", "Pulumi.yml"]) {
    const file = path.join(folder, name);
    if (existsSync(file)) return file;
  }
  const parent = path.dirname(folder);
  return parent === folder ? undefined : findProjectFile(parent);
}

function parseProject(file: string): PropertyMap {
  try {
    const document = parse(readFileSync(file, "utf8")) as PropertyValue;
    if (isMap(document)) return document;
  } catch (error) {
    throw new CommandError(
      `could not load current project: could not unmarshal '${file}': ${messageOf(error)}`,
    );
  }
  throw new CommandError(`could not load current project: '${file}' does not hold a map`);
}

function readRuntime(runtime: PropertyValue, file: string): Project["runtimeOptions"] {
  const name = isMap(runtime) ? runtime["name"] : runtime;
  if (name !== "nodejs") {
    throw new CommandError(
      `embedded engine: only "runtime: nodejs" is supported, ${file} asks for ${JSON.stringify(name ?? null)}`,
    );
  }
  const options = isMap(runtime) && isMap(runtime["options"]) ? runtime["options"] : {};
  const { typescript, nodeargs, tsconfig } = options;
  return {
    typescript: typescript !== false,
    nodeargs: typeof nodeargs === "string" ? nodeargs : undefined,
    tsconfig: typeof tsconfig === "string" ? tsconfig : undefined,
  };
}
