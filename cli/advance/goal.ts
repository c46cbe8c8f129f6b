import { PHASES, phaseIndex, type Phase } from "../../components/config";
import { commandText } from "../shared/next-command";
import { stackWithText, type LoadedStack } from "../shared/load-stack";
import { hasPassed, type Standing } from "../shared/standing";
import { editStackFile } from "../stack-file/edit-stack-file";

/** What `advance` is about to do. */
export type Goal =
  | { kind: "complete" }
  | {
      kind: "advance" | "resume";
      phase: Phase;
      /** What the stack file will say. */
      text: string;
      /** The phase to go back to, and the file's text with it; absent for a first phase that failed. */
      back?: { phase: Phase; text: string };
      /** Why it is this phase, in a sentence. */
      why: string;
    };

/** The next phase; or the current one where its gate has not passed: an update that was stopped goes on first. */
export function chooseGoal(stack: LoadedStack, standing: Standing): Goal {
  const { config, text } = stack;
  const current = config.phase;
  if (!hasPassed(standing, current)) return resume(stack);
  const next = PHASES[phaseIndex(current) + 1];
  if (next === undefined) return { kind: "complete" };
  const after = stackWithText(
    stack,
    editStackFile(text, config.project, [{ kind: "phase", phase: next }]),
  ).text;
  return {
    kind: "advance",
    phase: next,
    text: after,
    back: { phase: current, text },
    why: `${current} has passed; next comes ${next}.`,
  };
}

function resume({ config, text, stack }: LoadedStack): Goal {
  const { phase, project } = config;
  const before = PHASES[phaseIndex(phase) - 1];
  const goal = { kind: "resume", phase, text } as const;
  if (before === undefined) {
    return {
      ...goal,
      why: `${phase} has not passed its gate yet, so that comes first; the stack file stays as it is.`,
    };
  }
  const back = { phase: before, text: editStackFile(text, project, [{ kind: "phase", phase: before }]) };
  const other = commandText("rollback", stack, "--to", before);
  return {
    ...goal,
    back,
    why: `${phase} has not passed its gate yet: going on with it. (To go back instead: ${other})`,
  };
}
