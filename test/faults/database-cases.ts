import { connectTo, createDirectReader } from "../../components/database";
import { startPostgres, type PostgresServer } from "../../rehearsal/postgres/start-postgres";
import { BREAKAGES, open, PASSWORD, type Breakage } from "./database-breakages";
import { SUBJECTS, type Subject, type Truth } from "./database-subjects";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

let shared: Promise<PostgresServer> | undefined;
/** One server for all cases; each case has a database of its own. */
const server = () => (shared ??= startPostgres({ password: PASSWORD }));
let databases = 0;

export async function stopDatabase(): Promise<void> {
  await (await shared)?.stop();
  shared = undefined;
}

export function databaseCases(): FaultCase[] {
  return BREAKAGES.flatMap((breakage) =>
    SUBJECTS.flatMap((subject) =>
      (["applied", "pending"] as const).map((truth) => ({
        area: "the database",
        step: `asking ${subject.name} (it is ${truth})`,
        fault: breakage.name,
        run: () => tryOut(breakage, subject, truth),
      })),
    ),
  );
}

async function tryOut(breakage: Breakage, subject: Subject, truth: Truth): Promise<Findings> {
  const findings = noFindings();
  const { statementTimeoutMs } = breakage;
  const url = await (await server()).createDatabase(`case_${(databases += 1)}`);
  const client = await open(url);
  await client.query(subject.before);
  if (truth === "applied") await client.query(subject.apply);
  if (statementTimeoutMs !== undefined && subject.slow !== undefined) await client.query(subject.slow);
  await client.end();
  const expected = JSON.stringify(subject.expected[truth]);
  const broken = await breakage.arrange(url, (through) => ask(through, subject, 20_000));
  const reading = await ask(broken.url, subject, 1_500, statementTimeoutMs);
  await broken.mend();
  if (!reading.known) {
    if (reading.because.length < 20) findings.wrong.push(`"${reading.because}" says too little`);
  } else if (JSON.stringify(reading.value) !== expected)
    findings.lost.push(`read as ${JSON.stringify(reading.value)}, and it is ${expected}`);
  else if (breakage.harmless !== true) findings.wrong.push("known, although it could not be asked");
  if (JSON.stringify(reading).includes(PASSWORD)) findings.leaked.push("the password is in what was said");
  const next = await ask(url, subject, 20_000);
  if (!next.known || JSON.stringify(next.value) !== expected)
    findings.wrong.push(`the next run reads ${JSON.stringify(next)}`);
  return findings;
}

async function ask(url: string, subject: Subject, patienceMs: number, statementTimeoutMs = patienceMs) {
  const reader = createDirectReader(connectTo(url, { connectTimeoutMs: patienceMs }), {
    statementTimeoutMs,
    lockTimeoutMs: 200,
  });
  return subject.ask(reader);
}
