/**
 * What providers say of single things while they look and act, for people and for commands alike. Commands hear them as lines of text
 * through the engine's events, so each kind's writer stands beside its reader here: a command matches no words of its own.
 * (Lines about flags that left the catalogue: providers/deploy/left-flags; about rows: providers/migrations/row-losses.)
 */
export type ToldLine =
  /** `onRender` in words: `"true"`, `absent`, `neither "true" nor "false"`. */
  | {
      kind: "on-render";
      renderName: string;
      key: string;
      onRender: string;
      declared: string;
      because?: string;
    }
  | { kind: "runs-as"; renderName: string; key: string; runs: string; declared: string }
  | { kind: "rolled-back"; renderName: string; deployId: string }
  /** `deployId` is live, and the last update's was `ours`. */
  | {
      kind: "foreign-deploy";
      renderName: string;
      deployId: string;
      trigger: string;
      createdAt: string;
      ours: string;
    }
  /** `missing`: what is not there of one that is partly applied. */
  | { kind: "applies"; id: string; missing?: string[] }
  | { kind: "rolls-back"; id: string; loses: string; consent: string }
  | { kind: "keeps"; id: string; reason: string }
  /** The database did not tell of these: state keeps what it says of them, and that is no evidence. */
  | { kind: "not-told"; ids: string[]; because: string };

export function writeLine(line: ToldLine): string {
  switch (line.kind) {
    case "on-render":
      return `${line.renderName}: ${onRenderWords(line)}${line.because === undefined ? "" : `: ${line.because}`}`;
    case "runs-as":
      return `${line.renderName}: ${runsAsWords(line)}`;
    case "rolled-back":
      return `${line.renderName}: ${rolledBackWords(line)}`;
    case "foreign-deploy":
      return `${line.renderName}: ${foreignDeployWords(line)}`;
    case "applies":
      return `applies ${line.id}${line.missing === undefined ? "" : ` (partly there; missing: ${line.missing.join(", ")})`}`;
    case "rolls-back":
      return `rolls back ${line.id}: ${line.loses} (consent: ${line.consent})`;
    case "keeps":
      return `keeping ${line.id}: ${line.reason}`;
    case "not-told":
      return `migrations: what state says of ${line.ids.join(", ")} stays: ${line.because}`;
  }
}

/** The line that such a text is; undefined for any other text. */
export function readLine(text: string): ToldLine | undefined {
  for (const read of READERS) {
    const line = read(text);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** Without the service, where a sentence has named it already. */
export function onRenderWords({
  key,
  onRender,
  declared,
}: {
  key: string;
  onRender: string;
  declared: string;
}): string {
  return `${key} is ${onRender} on Render, declared "${declared}"`;
}

export function runsAsWords({
  key,
  runs,
  declared,
}: {
  key: string;
  runs: string;
  declared: string;
}): string {
  return `${key} runs as "${runs}", declared "${declared}"`;
}

export function rolledBackWords({ deployId }: { deployId: string }): string {
  return `${deployId} is a rollback and runs with the variables of an earlier deploy`;
}

/** A person's, a push's, or, where Render's API was asked for it, perhaps that of another stack whose state names the same service. */
function foreignDeployWords({
  deployId,
  trigger,
  createdAt,
  ours,
}: Extract<ToldLine, { kind: "foreign-deploy" }>): string {
  const by = trigger === "api" ? ": a script's, or another stack's whose state names this service, too" : "";
  return `deploy ${deployId} (${trigger}, ${createdAt}) is live, not ours (${ours})${by}`;
}

/** Whether a line says of one flag what a command tells in words of its own. */
export function isAboutOneFlag(line: ToldLine | undefined): boolean {
  return line?.kind === "on-render" || line?.kind === "runs-as";
}

const READERS: readonly ((text: string) => ToldLine | undefined)[] = [
  (text) => {
    const match = /^(\S+): (\S+) is (.+?) on Render, declared "([^"]*)"(?:: (.+))?$/s.exec(text);
    if (match === null) return undefined;
    const [, renderName = "", key = "", onRender = "", declared = "", because] = match;
    const line = { kind: "on-render", renderName, key, onRender, declared } as const;
    return because === undefined ? line : { ...line, because };
  },
  (text) => {
    const match = /^(\S+): (\S+) runs as "([^"]*)", declared "([^"]*)"$/.exec(text);
    if (match === null) return undefined;
    const [, renderName = "", key = "", runs = "", declared = ""] = match;
    return { kind: "runs-as", renderName, key, runs, declared };
  },
  (text) => {
    const match = /^(\S+): (\S*) is a rollback and runs with the variables of an earlier deploy$/.exec(text);
    if (match === null) return undefined;
    const [, renderName = "", deployId = ""] = match;
    return { kind: "rolled-back", renderName, deployId };
  },
  (text) => {
    const match =
      /^(\S+): deploy (\S+) \((.+), (\S+)\) is live, not ours \((\S+)\)(?:: a script's, or .+)?$/s.exec(text);
    if (match === null) return undefined;
    const [, renderName = "", deployId = "", trigger = "", createdAt = "", ours = ""] = match;
    return { kind: "foreign-deploy", renderName, deployId, trigger, createdAt, ours };
  },
  (text) => {
    const match = /^applies (\S+)(?: \(partly there; missing: (.+)\))?$/s.exec(text);
    if (match === null) return undefined;
    const [, id = "", missing] = match;
    return missing === undefined
      ? { kind: "applies", id }
      : { kind: "applies", id, missing: missing.split(", ") };
  },
  (text) => {
    const match = /^rolls back (\S+): (.*) \(consent: (.*)\)$/s.exec(text);
    if (match === null) return undefined;
    const [, id = "", loses = "", consent = ""] = match;
    return { kind: "rolls-back", id, loses, consent };
  },
  (text) => {
    const match = /^keeping (\S+): (.+)/s.exec(text);
    if (match === null) return undefined;
    const [, id = "", reason = ""] = match;
    return { kind: "keeps", id, reason };
  },
  (text) => {
    const match = /^migrations: what state says of (\S+(?:, \S+)*) stays: (.+)/s.exec(text);
    if (match === null) return undefined;
    const [, ids = "", because = ""] = match;
    return { kind: "not-told", ids: ids.split(", "), because };
  },
];
