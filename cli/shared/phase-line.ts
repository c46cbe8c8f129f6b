import pc from "picocolors";
import stringWidth from "string-width";

import { PHASES } from "../../components/config";
import { momentText } from "../status/times";

/** A gate as state has it, as far as a phase's place in the line needs it. ISO times. */
export interface GateTimes {
  phase: string;
  state: "open" | "closed";
  passed: boolean;
  verifiedAt: string | null;
  passedAt: string | null;
}

/** Where a rollout stands, phase by phase. `here` is live and verified, `red` is live and did not pass its gate. */
export interface PhaseStep {
  phase: string;
  state: "done" | "here" | "red" | "ahead";
  /** ISO time at which its gate passed, or did not. */
  at: string | null;
}

export function phaseSteps(gates: readonly GateTimes[]): PhaseStep[] {
  return PHASES.map((phase): PhaseStep => {
    const gate = gates.find((each) => each.phase === phase);
    if (gate === undefined) return { phase, state: "ahead", at: null };
    if (gate.state === "closed") return { phase, state: "done", at: gate.passedAt };
    return gate.passed
      ? { phase, state: "here", at: gate.passedAt }
      : { phase, state: "red", at: gate.verifiedAt };
  });
}

const ARROW = " → ";

/** All phases in a line, or in as many as the width asks for. @param now for whose day and zone the times are shown. */
export function phaseLines(
  steps: readonly PhaseStep[],
  columns: number,
  now: { at: string; timeZone: string },
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const step of steps) {
    const word = stepWord(step, now);
    if (line === "") line = word;
    else if (stringWidth(`${line}${ARROW}${word}`) + 2 <= columns) line = `${line}${ARROW}${word}`;
    else {
      lines.push(`${line} →`);
      line = `  ${word}`;
    }
  }
  return line === "" ? lines : [...lines, line];
}

function stepWord({ phase, state, at }: PhaseStep, now: { at: string; timeZone: string }): string {
  const word = at === null ? phase : `${phase} ${momentText(at, now)}`;
  switch (state) {
    case "done":
      return `${pc.green("✓")} ${word}`;
    case "here":
      return pc.bold(`● ${word}`);
    case "red":
      return pc.red(`✗ ${word}`);
    case "ahead":
      return pc.dim(word);
  }
}
