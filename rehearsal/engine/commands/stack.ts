import { hostname } from "node:os";
import type { Flags } from "../command-line";
import { breakLocks } from "../backend/stack-lock";
import { parseStackReference } from "../backend/stack-reference";
import { splitUrn } from "../checkpoint/resource-state";
import { emptyState, StateWriter } from "../checkpoint/stack-state";
import { CommandError, exitCode } from "../errors";
import { removeStack } from "../operations/remove-stack";
import { openStack, openWorkspace, type PlaceFlags, type Workspace } from "../operations/session";
import { requireCrypter } from "../operations/stack-secrets";
import { findSelectedStack, selectStack } from "../project/selected-stack";
import { StackFile, stackFilePath } from "../project/stack-file";
import { isSet, textOf } from "./flags";
import { print, printTable, timeAgo } from "./output";
import { printOutputs, readOutputs } from "./outputs";

/** `pulumi stack init`: state, and a salt for the stack's secrets. */
export async function initStack(flags: Flags, args: readonly string[]): Promise<void> {
  const workspace = openWorkspace(flags);
  await createStack(workspace, requireName(flags, args), flags);
}

/** `pulumi stack select`. */
export async function selectStackCommand(flags: Flags, args: readonly string[]): Promise<void> {
  const workspace = openWorkspace(flags);
  const name = requireName(flags, args);
  const stack = parseStackReference(name, workspace.project.name);
  if (!workspace.backend.hasStack(stack) && isSet(flags["create"])) {
    await createStack(workspace, name, { ...flags, select: true });
    return;
  }
  if (!workspace.backend.hasStack(stack))
    throw new CommandError(`no stack named '${name}' found`, exitCode.stackNotFound);
  selectStack(workspace.project, stack.fullName);
}

/** `pulumi stack ls`. */
export function listStacks(flags: Flags): void {
  const { project, backend } = openWorkspace(flags);
  const selected = findSelectedStack(project);
  const stacks = backend.listStacks(project.name).map((stack) => ({
    ...stack,
    current: selected === `organization/${project.name}/${stack.name}`,
  }));
  if (isSet(flags["json"])) {
    const entries = stacks.map(({ name, current, lastUpdate, resources }) => ({
      name,
      current,
      ...(lastUpdate === undefined ? {} : { lastUpdate: lastUpdate.toISOString() }),
      resourceCount: resources,
    }));
    print(JSON.stringify(entries, null, 2));
    return;
  }
  printTable([
    ["NAME", "LAST UPDATE", "RESOURCE COUNT"],
    ...stacks.map(({ name, current, lastUpdate, resources }) => [
      current ? `${name}*` : name,
      lastUpdate === undefined ? "n/a" : timeAgo(lastUpdate),
      String(resources),
    ]),
  ]);
}

/** `pulumi stack rm`: refuses while there are resources, unless it is forced. */
export function removeStackCommand(flags: Flags, args: readonly string[]): void {
  const place = openStack(flags, args[0] ?? textOf(flags["stack"]));
  const { backend, stack } = place;
  if (!isSet(flags["yes"])) throw new CommandError("non-interactive mode requires --yes flag");
  const resources = backend.readCheckpoint(stack).latest?.resources ?? [];
  if (resources.length > 0 && !isSet(flags["force"])) {
    throw new CommandError(
      `'${stack.name}' still has resources; removal rejected. Possible actions:\n` +
        `- Make sure that '${stack.name}' is the stack that you want to destroy\n` +
        "- Run `pulumi destroy` to delete the resources, then run `pulumi stack rm`\n" +
        "- Run `pulumi stack rm --force` to override this error",
    );
  }
  removeStack(place, isSet(flags["preserveConfig"]));
  print(`Stack '${stack.name}' has been removed!`);
}

/** `pulumi stack`: what it is, its resources and its outputs. */
export async function showStack(flags: Flags): Promise<void> {
  const place = openStack(flags);
  const { latest } = place.backend.readCheckpoint(place.stack);
  print(`Current stack is ${place.stack.name}:\n    Managed by ${hostname()}`);
  if (latest === undefined) print("    No updates yet; run `pulumi up`");
  else {
    const { time, version } = latest.manifest;
    print(`    Last updated: ${timeAgo(new Date(time))} (${time})\n    Pulumi version used: ${version}`);
  }
  const resources = latest?.resources ?? [];
  print(`Current stack resources (${String(resources.length)}):`);
  if (resources.length === 0) print("    No resources currently in this stack");
  else {
    const rows = resources.map(({ type, urn }) => [`    ${type}`, splitUrn(urn)[3]]);
    printTable([["    TYPE", "NAME"], ...rows]);
    print("");
    printOutputs(await readOutputs(place, isSet(flags["showSecrets"])));
  }
  print("\nUse `pulumi stack select` to change stack; `pulumi stack ls` lists known ones");
}

/** `pulumi cancel`: gives a stack free whose update was killed. */
export function cancel(flags: Flags, args: readonly string[]): void {
  const { backend, stack } = openStack(flags, args[0] ?? textOf(flags["stack"]));
  breakLocks(backend, stack);
  print(`The currently running update for '${stack.name}' has been canceled!`);
}

async function createStack(workspace: Workspace, name: string, flags: Flags): Promise<void> {
  const { project, backend } = workspace;
  const provider = textOf(flags["secretsProvider"]);
  if (provider !== undefined && provider !== "passphrase" && provider !== "default") {
    throw new CommandError(
      `embedded engine: only the passphrase secrets provider is supported, not ${provider}`,
    );
  }
  const stack = parseStackReference(name, project.name);
  if (backend.hasStack(stack)) throw new CommandError(`stack '${stack.fullName}' already exists`);
  const stackFile = StackFile.read(stackFilePath(project, stack.name, textOf(flags["configFile"])));
  const { salt, crypter } = await requireCrypter({ ...workspace, stack, stackFile });
  const latest = new StateWriter(salt, { kind: "stored", crypter }).write(emptyState);
  backend.writeCheckpoint(stack, { stack: stack.fullName, latest });
  if (flags["select"] !== false) selectStack(project, stack.fullName);
  process.stderr.write(`Created stack '${stack.name}'\n`);
}

function requireName(flags: PlaceFlags & Flags, args: readonly string[]): string {
  const name = args[0] ?? textOf(flags["stack"]);
  if (name === undefined) throw new CommandError("missing stack name");
  return name;
}
