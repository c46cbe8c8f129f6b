import { isNothing, isPutBack, type Changes, type FlagChange, type GateChange } from "./changes";

/** A preview in plain words: one sentence for each thing that would happen, in the order in which it would. */
export function changeSentences(changes: Changes): string[] {
  if (isNothing(changes)) return ["nothing changes"];
  const { migrations, flags, deploys } = changes;
  const undone = migrations.rollsBack.length > 0;
  const backups = changes.backups.map((name) => `${name}: the backup command runs first, and must succeed`);
  const flagLines = flagSentences(flags.filter((flag) => !isPutBack(flag)));
  return [
    ...changes.gates.filter(({ change }) => change === "closes").map(gateSentence),
    ...(undone ? [] : backups),
    ...migrations.applies.map(
      (id) =>
        `migration ${id}: applied${migrations.unasked?.includes(id) === true ? ", unless the database shows it already" : ""}`,
    ),
    ...flagLines,
    ...deploys.map(
      ({ renderName, reasons }) =>
        `${renderName}: one deploy of what is live${because(reasons)}; no new code`,
    ),
    ...(undone ? backups : []),
    ...migrations.rollsBack.map(
      ({ id, loses, consent }) =>
        `migration ${id}: ROLLED BACK when the flags are off and live; this ${loses} (consent: ${consent})`,
    ),
    ...migrations.keeps.map(({ id, reason }) => `migration ${id}: kept; ${reason}`),
    ...changes.gates.filter(({ change }) => change !== "closes").map(gateSentence),
    ...changes.drift.map((line) => `changed by hand: ${line}; it is put back`),
    ...changes.others,
  ];
}

export function flagSentence({ key, renderName, from, to, onRender }: FlagChange): string {
  const word = onOff(to);
  if (from === undefined && onRender !== undefined)
    return `${renderName}: ${key} is ${onRender} on Render and goes ${word}`;
  if (from === undefined)
    return `${renderName}: ${key} is taken over as ${word}, and written only if Render has another value`;
  if (from === to)
    return `${renderName}: ${key} is written as ${word} again${onRender === undefined ? "" : ` (Render has ${onRender})`}`;
  const already = onRender === `"${to}"` ? ` (Render has "${to}" already)` : "";
  return `${renderName}: ${key} goes ${word}${already}`;
}

export function gateSentence({ phase, change }: GateChange): string {
  switch (change) {
    case "closes":
      return `phase ${phase} ends: its gate closes behind it`;
    case "opens":
      return `phase ${phase} begins: its gate verifies what is live`;
    case "opens again":
      return `back in phase ${phase}: its gate verifies what is live`;
    case "verifies again":
      return `the gate of ${phase} verifies what is live again`;
    case "goes":
      return `phase ${phase} is not reached any more: its gate is forgotten`;
    case "rebaselines":
      return `gate ${phase} takes the baseline again`;
    case "taken over":
      return `phase ${phase} is taken over as passed (adopt)`;
  }
}

/** A sentence each; flags that are only taken over are one thing, however many there are. */
export function flagSentences(flags: readonly FlagChange[]): string[] {
  const groups = new Map<string, FlagChange[]>();
  for (const flag of flags) {
    const alone = flag.from !== undefined || flag.onRender !== undefined;
    const key = JSON.stringify(
      alone ? [flag.renderName, flag.key] : [flag.renderName, flag.to, "taken over"],
    );
    groups.set(key, [...(groups.get(key) ?? []), flag]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    if (group.length === 1) return [flagSentence(first)];
    const names = group.map(({ key }) => key).join(", ");
    return [
      `${first.renderName}: ${group.length} flags are taken over as ${onOff(first.to)}, and written only if Render has another value: ${names}`,
    ];
  });
}

function onOff(value: string): string {
  return value === "true" ? "on" : "off";
}

function because(reasons: readonly string[]): string {
  return reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
}
