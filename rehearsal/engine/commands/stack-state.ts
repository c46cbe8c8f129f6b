import { readFileSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Flags } from "../command-line";
import { readHistory, type HistoryEntry } from "../backend/history";
import type { StoredDeployment } from "../checkpoint/checkpoint-file";
import { splitUrn } from "../checkpoint/resource-state";
import { readState, StateWriter } from "../checkpoint/stack-state";
import { lockStack } from "../backend/stack-lock";
import { CommandError, messageOf } from "../errors";
import { openStack, type StackPlace } from "../operations/session";
import { requireCrypter } from "../operations/stack-secrets";
import { describeConfig, readConfigMap } from "../project/stack-config";
import { isSet, textOf } from "./flags";
import { print } from "./output";

/** `pulumi stack export`: the state as it is, or with its secrets in clear. */
export async function exportState(flags: Flags): Promise<void> {
  const place = openStack(flags);
  const latest = place.backend.readCheckpoint(place.stack).latest;
  const deployment = isSet(flags["showSecrets"]) ? await inClear(latest) : latest;
  const document = `${JSON.stringify({ version: 3, deployment: deployment ?? emptyDeployment }, null, 4)}\n`;
  const file = textOf(flags["file"]);
  if (file === undefined) process.stdout.write(document);
  else writeFileSync(file, document);
}

/** `pulumi stack import`: takes the place of the whole state; secrets are encrypted for this stack. */
export async function importState(flags: Flags): Promise<void> {
  const place = openStack(flags);
  const file = textOf(flags["file"]);
  const state = await readState(
    parseDeployment(file === undefined ? await text(process.stdin) : readText(file)),
  );
  const foreign = state.resources.filter(({ urn }) => splitUrn(urn)[0] !== place.stack.name);
  if (foreign.length > 0 && !isSet(flags["force"])) {
    const problems = foreign.map(
      ({ urn }) => `resource '${urn}' is from a different stack (${splitUrn(urn)[0]} != ${place.stack.name})`,
    );
    problems.push("importing this file could be dangerous; rerun with --force to proceed anyway");
    const list = problems.map((problem, index) => `\n    ${String(index + 1)}) ${problem}`).join("");
    throw new CommandError(`${String(problems.length)} errors occurred:${list}`);
  }
  const { salt, crypter } = await requireCrypter(place);
  const unlock = lockStack(place.backend, place.stack);
  try {
    const latest = new StateWriter(salt, { kind: "stored", crypter }).write(state);
    place.backend.writeCheckpoint(place.stack, { stack: place.stack.fullName, latest });
  } finally {
    unlock();
  }
  print("Import complete.");
}

/** `pulumi stack history`: newest first. */
export async function showHistory(flags: Flags): Promise<void> {
  const place = openStack(flags);
  const size = Number(flags["pageSize"] ?? 10);
  const first = (Math.max(1, Number(flags["page"] ?? 1)) - 1) * size;
  const entries = readHistory(place.backend, place.stack).slice(first, size > 0 ? first + size : undefined);
  if (isSet(flags["json"])) {
    const shown = await Promise.all(
      entries.map((entry) => describeEntry(place, entry, isSet(flags["showSecrets"]))),
    );
    print(JSON.stringify(shown, null, 2));
    return;
  }
  if (entries.length === 0) print("Stack has never been updated");
  for (const entry of entries) {
    print(
      `Version: ${String(entry.version)}\nUpdateKind: ${entry.kind}\nStatus: ${entry.result}\nMessage: ${entry.message}`,
    );
    print(
      `Updated ${new Date(entry.startTime * 1000).toISOString()} took ${String(entry.endTime - entry.startTime)}s\n`,
    );
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`could not open file: ${messageOf(error)}`);
  }
}

/** @throws CommandError when the text is not a deployment of version 3. */
function parseDeployment(text: string): StoredDeployment {
  try {
    const { version, deployment } = JSON.parse(text) as { version?: number; deployment?: StoredDeployment };
    if (version === 3 && deployment !== undefined) return deployment;
  } catch (error) {
    throw new CommandError(`could not deserialize deployment: ${messageOf(error)}`);
  }
  throw new CommandError("could not deserialize deployment: only version 3 is supported");
}

const emptyDeployment = { manifest: { time: "0001-01-01T00:00:00Z", magic: "", version: "" }, metadata: {} };

async function inClear(latest: StoredDeployment | undefined): Promise<StoredDeployment | undefined> {
  if (latest === undefined) return undefined;
  const clear = await readState(latest);
  const written = new StateWriter(latest.secrets_providers?.state?.salt, { kind: "clear" }).write(clear);
  return { ...written, manifest: latest.manifest };
}

async function describeEntry(place: StackPlace, entry: HistoryEntry, showSecrets: boolean): Promise<object> {
  const time = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const config = await readConfigMap(place.stackFile, entry.config);
  const { version, kind, startTime, message, environment, result, endTime, resourceChanges } = entry;
  return {
    version,
    kind,
    startTime: time(startTime),
    message,
    environment,
    config: describeConfig(config, showSecrets),
    result,
    endTime: time(endTime),
    ...(resourceChanges === undefined ? {} : { resourceChanges }),
  };
}
