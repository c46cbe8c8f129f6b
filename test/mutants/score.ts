/** As Stryker's JSON report has it, as far as it is counted. @source https://github.com/stryker-mutator/mutation-testing-elements */
export interface MutationReport {
  files: Record<string, { mutants: { status: string }[] }>;
}

export interface Score {
  mutants: number;
  killed: number;
  /** 0 to 1, two decimals, never rounded up; 0 where nothing was tried. */
  score: number;
}

/** What counts as noticed. A change after which a test never ends is one. */
const KILLED = new Set(["Killed", "Timeout"]);
/** What nobody noticed, also where no test came by. Changes that do not compile, or are left out on purpose, count as neither. */
const ALIVE = new Set(["Survived", "NoCoverage"]);

export function scoreOf(reports: readonly MutationReport[]): Score {
  const statuses = reports.flatMap(({ files }) =>
    Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status)),
  );
  const killed = statuses.filter((status) => KILLED.has(status)).length;
  const mutants = killed + statuses.filter((status) => ALIVE.has(status)).length;
  return { mutants, killed, score: mutants === 0 ? 0 : Math.floor((100 * killed) / mutants) / 100 };
}
