import { backendUrl } from "../backend/backend-url";
import { FileBackend } from "../backend/file-backend";
import { parseStackReference, type StackReference } from "../backend/stack-reference";
import { CommandError, exitCode } from "../errors";
import { readProject, type Project } from "../project/project-file";
import { findSelectedStack } from "../project/selected-stack";
import { StackFile, stackFilePath } from "../project/stack-file";

/** The flags that say where a command works. */
export interface PlaceFlags {
  cwd?: string;
  stack?: string;
  configFile?: string;
}

/** A project, and the backend that its stacks are in. */
export interface Workspace {
  project: Project;
  backend: FileBackend;
}

/** One stack of a project. */
export interface StackPlace extends Workspace {
  stack: StackReference;
  stackFile: StackFile;
}

/** @throws CommandError when the folder belongs to no project, or the backend is not one of files. */
export function openWorkspace(flags: PlaceFlags): Workspace {
  const project = readProject(flags.cwd ?? process.cwd());
  return { project, backend: FileBackend.open(backendUrl(project.backendUrl)) };
}

/** The stack that the flags, or else the last `pulumi stack select`, name.
 *  @throws CommandError when there is none, or it does not exist. */
export function openStack(flags: PlaceFlags, named = flags.stack): StackPlace {
  const workspace = openWorkspace(flags);
  const name = named ?? process.env["PULUMI_STACK"] ?? findSelectedStack(workspace.project);
  if (name === undefined || name === "") {
    throw new CommandError(
      "no stack selected; please use `pulumi stack select` or `pulumi stack init` to choose one",
    );
  }
  return requireStack(workspace, name, flags.configFile);
}

/** @throws CommandError when the backend has no such stack. */
function requireStack(workspace: Workspace, name: string, configFile: string | undefined): StackPlace {
  const { project, backend } = workspace;
  const stack = parseStackReference(name, project.name);
  if (!backend.hasStack(stack))
    throw new CommandError(`no stack named '${name}' found`, exitCode.stackNotFound);
  return { ...workspace, stack, stackFile: StackFile.read(stackFilePath(project, stack.name, configFile)) };
}
