import pc from "picocolors";

import { readRowLoss } from "../../components/providers/migrations/row-losses";
import { linesOf } from "../engine/event-texts";
import type { Engine } from "../engine/port";
import type { Desk } from "../shared/desk";

/**
 * By migration: the rows that its rollback would lose now, as far as the runner tells. A refresh asks it, and changes
 * nothing. What cannot be counted is said, and stops nothing.
 */
export async function countRows(
  { terminal, interrupts }: Pick<Desk, "terminal" | "interrupts">,
  engine: Pick<Engine, "previewRefresh">,
): Promise<Map<string, string>> {
  terminal.words("Counting what would be lost …");
  const { events, trouble } = await engine.previewRefresh({ signal: interrupts.signal });
  if (trouble !== undefined)
    terminal.words(pc.yellow(`The rows could not be counted: ${trouble.what.split("\n")[0] ?? ""}`));
  const losses = linesOf(events).flatMap((line) => readRowLoss(line) ?? []);
  return new Map(losses.map(({ id, rows }) => [id, rows]));
}
