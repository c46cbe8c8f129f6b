import { isNothing, isPutBack, type Changes, type FlagChange, type GateChange } from "./changes";

/** A preview in plain words: one sentence for each thing that would happen, in the order in which it would. */
export function changeSentences(changes: Changes): string[] {
  if (isNothing(changes)) return ["nothing changes"];
  const { migrations, flags, deploys } = changes;
  const undone = migrations.rollsBack.length > 0;
  const backups = changes.backups.map((name) => `${name}: the backup command runs first, and must succeed`);
  const flagLines = flags.filter((flag) => !isPutBack(flag)).map(flagSentence);
  return [
    ...changes.gates.filter(({ change }) => change === "closes").map(gateSentence),
    ...(undone ? [] : backups),
    ...migrations.applies.map((id) => `migration ${id}: applied`),
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
  const word = to === "true" ? "on" : "off";
  if (from === undefined && onRender !== undefined)
    return `${renderName}: ${key} is ${onRender} on Render and goes ${word}`;
  if (from === undefined)
    return `${renderName}: ${key} is taken over as ${word}; it is written only if Render has another value`;
  if (from === to)
    return `${renderName}: ${key} is written as ${word} again${onRender === undefined ? "" : ` (Render has ${onRender})`}`;
  const already = onRender === `"${to}"` ? ` (Render has "${to}" already)` : "";
  return `${renderName}: ${key} goes ${word}${already}`;
}

export function gateSentence({ phase, change }: GateChange): string {
  switch (change) {
    case "closes":
      return `gate ${phase} closes: the rollout goes on from there`;
    case "opens":
      return `gate ${phase} opens, and verifies what is live`;
    case "opens again":
      return `gate ${phase} opens again, and verifies what is live`;
    case "verifies again":
      return `gate ${phase} verifies what is live again`;
    case "goes":
      return `gate ${phase} goes: its phase is not reached any more`;
    case "taken over":
      return `gate ${phase} is taken over as passed (adopt)`;
  }
}

function because(reasons: readonly string[]): string {
  return reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
}
