import { DateTime } from "luxon";
import pc from "picocolors";

import { PHASES, phaseIndex, type Phase, type StackConfig } from "../../components/config";
import type { Standing } from "../shared/standing";
import { table } from "../shared/table";
import type { Terminal } from "../shared/terminal";

/** What a phase's gate found, and when the next phase may begin. */
export function showGate(terminal: Terminal, standing: Standing, phase: Phase, config: StackConfig): void {
  const gate = standing.gates.get(phase);
  if (gate === undefined) return;
  terminal.data(
    table(
      ["check", "verdict", "found"],
      gate.checks.map(({ check, verdict, summary }) => [check, verdict, summary]),
    ),
  );
  terminal.data(
    gate.passed ? pc.green(`Gate ${phase} has passed.`) : pc.red(`Gate ${phase} has not passed.`),
  );
  const next = PHASES[phaseIndex(phase) + 1];
  if (!gate.passed || next === undefined || gate.passedAt === undefined) return;
  const unsigned = config.prerequisites.filter(
    (item) =>
      item.phase === phase &&
      item.postgresRecovery === undefined &&
      !Object.hasOwn(config.acknowledged, item.id),
  );
  for (const { id, purpose } of unsigned)
    terminal.words(`Before ${next}, to be signed off in acknowledged: ${id} (${purpose})`);
  const soak = config.soakSeconds[phase];
  const from = DateTime.fromISO(gate.passedAt, { zone: config.timeZone }).plus({ seconds: soak });
  terminal.words(
    soak === 0
      ? `${next} may begin${unsigned.length === 0 ? "" : " then"}.`
      : `${next} may begin at ${roundedUp(from).toFormat("yyyy-MM-dd HH:mm")} ${config.timeZone}, if all stays well.`,
  );
}

/** A minute that is named is one at which it is true: "may begin at 22:20" is not refused at 22:20. */
function roundedUp(moment: DateTime): DateTime {
  const minute = moment.startOf("minute");
  return minute < moment ? minute.plus({ minutes: 1 }) : minute;
}
