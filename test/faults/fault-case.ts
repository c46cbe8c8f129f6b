/** One cell of the matrix: something that the product does, and what goes wrong with it. */
export interface FaultCase {
  /** What kind of request or step: `Render`, `a service`, `the team's channel`, `a deploy`, … */
  area: string;
  /** What the product does: `PUT /services/{serviceId}/env-vars/{envVarKey}`. */
  step: string;
  fault: string;
  /** Longest that it may take, in milliseconds of this machine's, however busy it is. Default: two minutes. */
  limitMs?: number;
  /** Does it, with the fault; then does it again without, as the next run would. */
  run(): Promise<Findings>;
}

/** What was found wrong. An empty list in each is a case that the product survived. */
export interface Findings {
  /** Said to be done and is not, or gone. */
  lost: string[];
  /** Done more than once. */
  doubled: string[];
  /** A secret where it must not be. */
  leaked: string[];
  /** Left behind and still at work. */
  orphans: string[];
  /** Anything else that is not as claimed: no clear message, a wrong value, no way forward. */
  wrong: string[];
}

export function noFindings(): Findings {
  return { lost: [], doubled: [], leaked: [], orphans: [], wrong: [] };
}

export interface CaseResult {
  faultCase: FaultCase;
  findings: Findings;
  /** It did not end in time. */
  hung: boolean;
}

export interface Summary {
  cases: number;
  survived: number;
  lost: number;
  doubled: number;
  leaked: number;
  orphans: number;
  hung: number;
}

export function isSurvived({ findings, hung }: CaseResult): boolean {
  return (
    !hung &&
    Object.values(findings as unknown as Record<string, string[]>).every((found) => found.length === 0)
  );
}

export function summarize(results: readonly CaseResult[]): Summary {
  const count = (is: (result: CaseResult) => boolean) => results.filter(is).length;
  return {
    cases: results.length,
    survived: count(isSurvived),
    lost: count(({ findings }) => findings.lost.length > 0),
    doubled: count(({ findings }) => findings.doubled.length > 0),
    leaked: count(({ findings }) => findings.leaked.length > 0),
    orphans: count(({ findings }) => findings.orphans.length > 0),
    hung: count(({ hung }) => hung),
  };
}

const LIMIT_MS = 120_000;

/** Runs cases, a few at a time, in their order. */
export async function runCases(
  cases: readonly FaultCase[],
  options: { atOnce: number; onResult?: (result: CaseResult) => void },
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < cases.length; index = next++) {
      const result = await runCase(cases[index]!);
      results[index] = result;
      options.onResult?.(result);
    }
  };
  await Promise.all(Array.from({ length: options.atOnce }, worker));
  return results;
}

async function runCase(faultCase: FaultCase): Promise<CaseResult> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"hung">((resolve) => {
    timer = setTimeout(resolve, faultCase.limitMs ?? LIMIT_MS, "hung");
  });
  const work = faultCase.run().catch((error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { ...noFindings(), wrong: [`the case itself failed: ${what}`] };
  });
  const ended = await Promise.race([work, limit]);
  clearTimeout(timer);
  return ended === "hung"
    ? { faultCase, findings: noFindings(), hung: true }
    : { faultCase, findings: ended, hung: false };
}
