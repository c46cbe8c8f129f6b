import type { StackConfig } from "../../components/config";
import { realFetch, realSleep } from "../../components/probes/ports";
import { createTeam } from "../../components/providers/team";
import type { Engine } from "../engine/port";
import { redactorFor } from "../shared/redact";
import { readSecret } from "../shared/secrets";

/** Tells the operators' chat, where the stack names one; what could not be told is said, and stops nothing. */
export type TellTeam = (
  config: StackConfig,
  engine: Engine,
  text: string,
  log: (line: string) => void,
) => Promise<void>;

export const tellTeam: TellTeam = async (config, engine, text, log) => {
  if (config.telegram === undefined) return;
  const team = createTeam({
    telegram: config.telegram,
    token: await readSecret("telegramBotToken", engine),
    thresholdMs: config.thresholds.telegramSeconds * 1000,
    fetch: realFetch,
    elapsed: () => performance.now(),
    sleep: realSleep,
    now: () => Promise.resolve(new Date()),
    redact: await redactorFor(engine),
    log,
  });
  await team.tell(text);
};
