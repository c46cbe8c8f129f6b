import type { FaultCase } from "./fault-case";
import { channelCases } from "./channel-cases";
import { commandCases } from "./command-cases";
import { databaseCases } from "./database-cases";
import { deployCases } from "./deploy-cases";
import { engineCases } from "./engine-cases";
import { jobCases } from "./job-cases";
import { killCases } from "./kill-cases";
import { migrationKillCases } from "./migration-kill-cases";
import { renderCases } from "./render-cases";
import { serviceCases } from "./service-cases";

/** The whole matrix, in the order of the page. */
export async function allCases(): Promise<FaultCase[]> {
  return [
    ...renderCases(),
    ...serviceCases(),
    ...channelCases(),
    ...deployCases(),
    ...jobCases(),
    ...commandCases(),
    ...databaseCases(),
    ...(await killCases()),
    ...engineCases(),
    ...migrationKillCases(),
  ];
}
