import type { EngineEvent } from "@pulumi/pulumi/automation";
import pc from "picocolors";

import { isAboutOneFlag, readLine } from "../../components/told-lines";
import { clean } from "../engine/event-texts";

/** Turns an update's events into lines as they happen. @param words prints one. @param now milliseconds. */
export function createProgress(
  words: (line: string) => void,
  now: () => number = () => performance.now(),
): (event: EngineEvent) => void {
  const began = new Map<string, number>();
  return ({
    resourcePreEvent: pre,
    resOutputsEvent: done,
    resOpFailedEvent: failed,
    diagnosticEvent: said,
  }) => {
    if (pre !== undefined && isShown(pre.metadata)) {
      began.set(pre.metadata.urn, now());
      words(`  ${pc.cyan("…")} ${describe(pre.metadata)}`);
    }
    if (done !== undefined && began.has(done.metadata.urn)) {
      words(`  ${pc.green("✓")} ${describe(done.metadata)}${pc.dim(` ${took(done.metadata.urn)}`)}`);
      began.delete(done.metadata.urn);
    }
    if (failed !== undefined) words(`  ${pc.red("✗")} ${describe(failed.metadata)}`);
    // Before the first step the program only repeats what is declared.
    if (said?.severity === "info" && began.size > 0)
      for (const line of toldLines(said.message)) words(pc.dim(`      ${line}`));
  };

  function took(urn: string): string {
    return `${((now() - (began.get(urn) ?? now())) / 1000).toFixed(1)} s`;
  }
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

function isShown({ op, type }: Metadata): boolean {
  return op !== "same" && op !== "refresh" && kindOf(type) in WORDS;
}

const WORDS: Record<string, (name: string, metadata: Metadata) => string> = {
  FeatureFlag: (name, metadata) => `${name} = ${inputOf(metadata, "value")}`,
  Deploy: (name) => `deploy of ${name.replace(/^deploy-/, "")}`,
  Migrations: (name) => name,
  Command: (name) => name,
  Gate: (name, metadata) => {
    const what =
      metadata.op === "delete"
        ? "is forgotten"
        : inputOf(metadata, "state") === "closed"
          ? "closes"
          : "verifies";
    return `${name.replace(/^gate-/, "gate ")}: ${what}`;
  },
};

function inputOf({ new: news }: Metadata, key: string): string {
  const value = (news?.inputs as Record<string, unknown> | undefined)?.[key];
  return typeof value === "string" ? value : "";
}

function describe(metadata: Metadata): string {
  const name = metadata.urn.split("::").at(-1) ?? "";
  return WORDS[kindOf(metadata.type)]?.(name, metadata) ?? `${metadata.op} ${name}`;
}

function kindOf(type: string): string {
  return type.split(":").at(-1) ?? type;
}

function toldLines(message: string): string[] {
  return clean(message)
    .split("\n")
    .filter((line) => line.trim() !== "" && !isAboutOneFlag(readLine(line)));
}
