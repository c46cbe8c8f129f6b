import { parse } from "shell-quote";
import { describe, expect, it } from "vitest";

import type { RunnerInput } from "../../../components/providers/migrations/declared";
import { executorFor } from "../../../components/providers/migrations/runner";
import type { Job, RenderClient } from "../../../components/render/client";
import { CANARY_URL, fakeWorld, type FakeWorld } from "../../support/fake-context";

const runner: RunnerInput = {
  where: "render-job",
  renderName: "backend",
  directory: "/opt/app",
  commands: {
    status: ["python", "run.py", "status"],
    apply: ["python", "run.py", "apply"],
    rollback: ["python", "run.py", "rollback"],
  },
  timeoutSeconds: 600,
};

/** Adds jobs to the fake Render: each ends as told after 5 s, and its log arrives `logAfterMs` later, or never. */
function withJobs(world: FakeWorld, fate: { status: string; log?: string; logAfterMs?: number }) {
  const jobs: (Job & { endsAt: number })[] = [];
  const started: string[] = [];
  const settle = (job: Job & { endsAt: number }): Job => {
    if (world.clock.ms >= job.endsAt) job.status = fate.status;
    return { ...job };
  };
  const parts: Partial<RenderClient> = {
    listJobs: async () => jobs.map(settle),
    getJob: async (_service, id) => settle(jobs.find((job) => job.id === id)!),
    createJobOnce: async (_service, { startCommand }) => {
      started.push(startCommand);
      const job = {
        id: `job-${jobs.length + 1}`,
        serviceId: "srv-backend",
        startCommand,
        createdAt: new Date(world.clock.ms).toISOString(),
        endsAt: world.clock.ms + 5_000,
      };
      jobs.push(job);
      return settle(job);
    },
    listLogs: async () => {
      const ended = jobs.at(-1)?.endsAt ?? 0;
      const arrived = fate.log !== undefined && world.clock.ms >= ended + (fate.logAfterMs ?? 0);
      return arrived
        ? fate
            .log!.split("\n")
            .map((message, index) => ({ id: String(index), message, timestamp: "", labels: [] }))
        : [];
    },
    listEvents: async () => [],
  };
  const render = world.context.render;
  world.context.render = new Proxy(render, {
    get: (target, key) => parts[key as keyof RenderClient] ?? target[key as keyof RenderClient],
  });
  return { jobs, started };
}

describe("a one-off job", () => {
  it("runs one simple command that names its directory and its run, and brings its log", async () => {
    const world = fakeWorld();
    const { started } = withJobs(world, { status: "succeeded", log: "001_a applied\n002_b pending" });
    const execution = await executorFor(world.context, runner).execute(runner.commands.status!);
    expect(started).toEqual(["env -C /opt/app ROLLOUT_RUN_ID=run-1 python run.py status"]);
    expect(execution).toMatchObject({
      output: "001_a applied\n002_b pending",
      jobId: "job-1",
      where: "job on backend",
    });
  });

  it("waits for a log that is late", async () => {
    const world = fakeWorld();
    withJobs(world, { status: "succeeded", log: "001_a applied", logAfterMs: 12_000 });
    expect((await executorFor(world.context, runner).execute(["x"])).output).toBe("001_a applied");
  });

  it("is judged by its status when its log never arrives, and the evidence says so", async () => {
    const world = fakeWorld();
    withJobs(world, { status: "succeeded" });
    const execution = await executorFor(world.context, runner).execute(["x"]);
    expect(execution.output).toBeUndefined();
    expect(execution.note).toBe("judged by the job's status alone: its log did not arrive");
  });

  it.each(["failed", "canceled"])(
    "that ends as %s fails the command, with the end of its log",
    async (status) => {
      const world = fakeWorld();
      withJobs(world, { status, log: "Traceback\nrelation exists" });
      await expect(executorFor(world.context, runner).execute(["python", "run.py", "apply"])).rejects.toThrow(
        new RegExp(
          `\`python run.py apply\`, job job-1, ended as ${status}.*\\n {2}Traceback\\n {2}relation exists`,
        ),
      );
    },
  );

  it("waits for a job of ours that a killed update left running, before it starts another", async () => {
    const world = fakeWorld();
    const { jobs, started } = withJobs(world, { status: "succeeded", log: "001_a applied" });
    const left = {
      id: "job-left",
      serviceId: "srv-backend",
      startCommand: "env ROLLOUT_RUN_ID=old python run.py apply",
      createdAt: new Date(world.clock.ms).toISOString(),
      endsAt: world.clock.ms + 30_000,
    };
    jobs.push(left);
    const before = world.clock.ms;
    await executorFor(world.context, runner).execute(["x"]);
    expect(started).toHaveLength(1);
    expect(Date.parse(jobs[1]!.createdAt) - before).toBeGreaterThanOrEqual(30_000);
    expect(world.log.join()).toContain("waiting for job job-left");
  });

  it("gives up when its budget is used, and says that the job goes on", async () => {
    const world = fakeWorld();
    withJobs(world, { status: "running", log: "x" });
    await expect(
      executorFor(world.context, { ...runner, timeoutSeconds: 60 }).execute(["x"]),
    ).rejects.toThrow("job job-1 has not ended after 60 s. It goes on on Render");
  });
});

describe("ssh", () => {
  const overSsh: RunnerInput = { ...runner, where: "ssh" };

  it("goes to the address that Render gives, with every word quoted for the remote shell", async () => {
    const world = fakeWorld();
    await executorFor(world.context, overSsh).execute(["python", "run.py", "a b; rm -rf /"]);
    const { argv, holdsInput } = world.processes[0]!;
    expect(argv.slice(0, -2)).toEqual([
      ...["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=20"],
      ...["-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=4"],
    ]);
    expect(argv.at(-2)).toBe("srv-backend@ssh.example");
    const words = parse(argv.at(-1)!, (name) => `$${name}`);
    expect(words.slice(3)).toEqual(["rollout", "env -C /opt/app python run.py 'a b; rm -rf /'", "630"]);
    expect(holdsInput).toBe(true);
  });

  it("is refused where Render gives no address, or one that is none", async () => {
    for (const sshAddress of [undefined, "-oProxyCommand=evil", "a b@host"]) {
      const world = fakeWorld();
      world.services.get("srv-backend")!.service.serviceDetails!.sshAddress = sshAddress;
      await expect(executorFor(world.context, overSsh).execute(["x"])).rejects.toThrow(
        "Render gives no SSH address",
      );
      expect(world.processes).toEqual([]);
    }
  });
});

describe("a local runner", () => {
  it("starts the program itself, in its directory, without a shell", async () => {
    const world = fakeWorld();
    await executorFor(world.context, { ...runner, where: "local" }).execute(["python", "run.py", "$(id)"]);
    expect(world.processes[0]).toMatchObject({ argv: ["python", "run.py", "$(id)"], cwd: "/opt/app" });
  });

  it("never shows a secret that a command prints", async () => {
    const world = fakeWorld();
    world.run = () => ({ exitCode: 1, stdout: "", stderr: `cannot reach ${CANARY_URL}` });
    await expect(executorFor(world.context, { ...runner, where: "local" }).execute(["x"])).rejects.toThrow(
      "cannot reach [secret]",
    );
  });

  it("never keeps a secret that a command prints although it succeeds", async () => {
    const world = fakeWorld();
    world.run = () => ({ exitCode: 0, stdout: `connected to ${CANARY_URL}\n`, stderr: "" });
    const { output } = await executorFor(world.context, { ...runner, where: "local" }).execute(["x"]);
    expect(output).toBe("connected to [secret]\n");
  });

  it("never shows a secret in the reason why a command could not be run", async () => {
    const world = fakeWorld();
    world.run = () => {
      throw new Error(`spawn x ${CANARY_URL} ENOENT`);
    };
    await expect(executorFor(world.context, { ...runner, where: "local" }).execute(["x"])).rejects.toThrow(
      "`x` failed: spawn x [secret] ENOENT",
    );
  });
});

describe("a job's log", () => {
  it.each(["succeeded", "failed"])("is kept without the secrets in it where the job %s", async (status) => {
    const world = fakeWorld();
    withJobs(world, { status, log: `connected to ${CANARY_URL}\ndone` });
    const said = await executorFor(world.context, runner)
      .execute(["x"])
      .then(({ output }) => output, String);
    expect(said).toMatch(/connected to \[secret\]\n *done/);
  });
});
