import type { RunnerInput } from "../../components/providers/migrations/declared";
import { executorFor } from "../../components/providers/migrations/runner";
import type { Job, RenderClient } from "../../components/render/client";
import { RenderError } from "../../components/render/errors";
import { fakeWorld, type FakeWorld } from "../support/fake-context";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

const RUNNER: RunnerInput = {
  where: "render-job",
  renderName: "backend",
  commands: { status: ["migrate", "status"], apply: ["migrate", "apply"], rollback: ["migrate", "rollback"] },
  timeoutSeconds: 600,
};

/** How the next job goes: what is left out goes well. */
interface Fate {
  status?: string | null;
  /** Milliseconds until it ends. */
  afterMs?: number;
  /** Milliseconds from its end until its log is there; never with null. */
  logAfterMs?: number | null;
  /** What becomes of its POST. */
  post?: "never arrives" | "answer is lost" | "is refused";
  listed?: "late" | "fails once";
  look?: "fails once";
}

/** Jobs of one service; what a job runs is noted when it begins. */
function withJobs(world: FakeWorld) {
  const jobs: (Job & { endsAt: number; fate: Fate; listedAt: number })[] = [];
  const ran: string[] = [];
  let fate: Fate = {};
  let fails = { list: 0, look: 0 };
  const now = () => world.clock.ms;
  const settle = (job: (typeof jobs)[number]): Job => {
    if (now() >= job.endsAt)
      job.status = job.fate.status === null ? undefined : (job.fate.status ?? "succeeded");
    return { ...job };
  };
  const problem = (code: RenderError["code"], status?: number) =>
    new RenderError({
      code,
      status,
      method: "POST",
      route: "/services/{serviceId}/jobs",
      message:
        "Render did not do as asked: POST /services/srv-backend/jobs. Next: run the same command again.",
    });
  const visible = () => jobs.filter(({ listedAt }) => now() >= listedAt).map(settle);
  const create = (startCommand: string): Job => {
    ran.push(startCommand);
    const job = {
      id: `job-${jobs.length + 1}`,
      serviceId: "srv-backend",
      startCommand,
      createdAt: new Date(now()).toISOString(),
      endsAt: now() + (fate.afterMs ?? 5_000),
      listedAt: now() + (fate.listed === "late" ? 3_000 : 0),
      fate,
    };
    jobs.push(job);
    return settle(job);
  };
  const parts: Partial<RenderClient> = {
    listJobs: async () => {
      if (fails.list > 0) {
        fails.list -= 1;
        throw problem("RENDER_TIMEOUT");
      }
      return visible();
    },
    getJob: async (_service, id) => {
      if (fails.look > 0) {
        fails.look -= 1;
        throw problem("RENDER_TIMEOUT");
      }
      return settle(jobs.find((job) => job.id === id)!);
    },
    // The client's own promise: by run id, never twice; the wire beneath it is tried in render-cases.ts.
    createJobOnce: async (_service, { startCommand, runId }) => {
      const known = jobs.find((job) => job.startCommand.includes(runId));
      if (known !== undefined) return settle(known);
      if (fate.post === "never arrives") throw problem("RENDER_UNREACHABLE");
      if (fate.post === "is refused") throw problem("RENDER_REFUSED", 400);
      const job = create(startCommand);
      if (fate.post === "answer is lost") throw problem("RENDER_ANSWER_LOST");
      return job;
    },
    listLogs: async ({ resource }) => {
      const job = jobs.find(({ id }) => id === resource);
      const after = job?.fate.logAfterMs === undefined ? 0 : job.fate.logAfterMs;
      if (job === undefined || after === null || now() < job.endsAt + after) return [];
      return [{ id: "1", message: `output of ${job.id}`, timestamp: "", labels: [] }];
    },
    listEvents: async () => [],
  };
  const { render } = world.context;
  world.context.render = new Proxy(render, {
    get: (target, key) => parts[key as keyof RenderClient] ?? (Reflect.get(target, key) as unknown),
  });
  return {
    jobs,
    ran,
    create,
    setFate: (next: Fate) => {
      fate = next;
      fails = { list: next.listed === "fails once" ? 1 : 0, look: next.look === "fails once" ? 1 : 0 };
    },
  };
}

interface JobFault {
  name: string;
  fate: Fate;
  /** A job of ours that runs already when the command is begun; milliseconds that it still runs. */
  earlierMs?: number;
  expected: "succeeds" | "succeeds without its output" | "fails";
}

const JOB_FAULTS: JobFault[] = [
  { name: "it fails", fate: { status: "failed" }, expected: "fails" },
  {
    name: "it fails, and its log never arrives",
    fate: { status: "failed", logAfterMs: null },
    expected: "fails",
  },
  { name: "somebody cancels it", fate: { status: "canceled" }, expected: "fails" },
  { name: "its log is late", fate: { logAfterMs: 12_000 }, expected: "succeeds" },
  { name: "its log never arrives", fate: { logAfterMs: null }, expected: "succeeds without its output" },
  { name: "it never ends", fate: { afterMs: Number.MAX_SAFE_INTEGER }, expected: "fails" },
  { name: "it never tells a status", fate: { status: null }, expected: "fails" },
  { name: "it ends with a status that nobody has heard of", fate: { status: "quantum" }, expected: "fails" },
  { name: "its POST never arrives", fate: { post: "never arrives" }, expected: "fails" },
  { name: "its POST is refused", fate: { post: "is refused" }, expected: "fails" },
  { name: "the answer to its POST is lost for good", fate: { post: "answer is lost" }, expected: "fails" },
  { name: "the list of jobs fails", fate: { listed: "fails once" }, expected: "fails" },
  { name: "a look at it fails", fate: { look: "fails once" }, expected: "fails" },
  { name: "an earlier one of ours still runs", fate: {}, earlierMs: 40_000, expected: "succeeds" },
  {
    name: "an earlier one of ours never ends",
    fate: {},
    earlierMs: Number.MAX_SAFE_INTEGER,
    expected: "fails",
  },
];

export function jobCases(): FaultCase[] {
  return JOB_FAULTS.flatMap((fault) =>
    (["apply", "rollback"] as const).map((command) => ({
      area: "a one-off job",
      step: `a migration's ${command}`,
      fault: fault.name,
      run: () => tryOut(fault, command),
    })),
  );
}

async function tryOut(fault: JobFault, command: "apply" | "rollback"): Promise<Findings> {
  const findings = noFindings();
  const world = fakeWorld();
  const service = withJobs(world);
  if (fault.earlierMs !== undefined) {
    service.setFate({ afterMs: fault.earlierMs });
    service.create("env ROLLOUT_RUN_ID=earlier migrate apply");
  }
  const earlierEnds = service.jobs[0]?.endsAt ?? 0;
  service.setFate(fault.fate);
  const words = RUNNER.commands[command] ?? [];
  const ended = await executorFor(world.context, RUNNER)
    .execute(words)
    .then(
      (execution) => ({ ok: true as const, execution }),
      (error: unknown) => ({ ok: false as const, error }),
    );
  const mine = () =>
    service.ran.filter((line) => line.endsWith(words.join(" ")) && !line.includes("=earlier"));
  if (mine().length > 1) findings.doubled.push(`run ${mine().length} times`);
  const both = service.jobs.find((job) => !job.startCommand.includes("=earlier"));
  if (both !== undefined && Date.parse(both.createdAt) < earlierEnds)
    findings.doubled.push("two jobs of ours at once");
  if (ended.ok !== (fault.expected !== "fails")) findings.wrong.push(`expected that it ${fault.expected}`);
  if (ended.ok) {
    if (mine().length !== 1) findings.lost.push("said to be done, and was not run");
    const hasOutput = ended.execution.output !== undefined;
    if (hasOutput !== (fault.expected === "succeeds")) findings.wrong.push("its output is not as expected");
    if (!hasOutput && ended.execution.note === undefined)
      findings.wrong.push("nothing says that its log is missing");
  } else {
    const message = ended.error instanceof Error ? ended.error.message : "";
    if (message.length < 50 || !/backend/.test(message))
      findings.wrong.push(`"${message}" does not say what and where`);
  }
  // What still runs ends some day; then the next run, with an id of its own, goes well.
  for (const job of service.jobs)
    if (!Number.isSafeInteger(job.endsAt + 1) || job.endsAt > world.clock.ms) job.endsAt = world.clock.ms;
  for (const job of service.jobs) job.fate = { ...job.fate, status: "failed" };
  service.setFate({});
  const before = mine().length;
  const next = await executorFor(world.context, RUNNER)
    .execute(words)
    .catch((error: unknown) => error);
  if (next instanceof Error) findings.wrong.push(`the next run failed: ${next.message}`);
  else if (mine().length !== before + 1) findings.doubled.push("the next run did not run once");
  return findings;
}
