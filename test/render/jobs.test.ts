import { describe, expect, test } from "vitest";

import { aJob, paged } from "./support/replies";
import { clientOf, errorOf, startServer, stillTime, type Answer, type Seen } from "./support/server";

const once = {
  startCommand: "RUN=run-7 python run.py apply",
  runId: "run-7",
  createdAfter: new Date("2026-11-24T21:00:00Z"),
};

/** A server that keeps jobs: `onPost` says what a POST is answered with, and whether the job is made all the same. */
async function startJobs(onPost: (nth: number) => { answer?: Answer; made: boolean }, listedAfter = 0) {
  const jobs: unknown[] = [];
  let posts = 0;
  let listsSince = 0;
  const server = await startServer(({ method, query, body }: Seen) => {
    if (method === "GET") {
      listsSince += 1;
      const listed = posts === 0 || listsSince > listedAfter ? jobs : [];
      return { json: paged("job", listed, query) };
    }
    posts += 1;
    listsSince = 0;
    const { answer, made } = onPost(posts);
    const job = aJob({ id: `job-${posts}`, status: "pending", ...(body as object) });
    if (made) jobs.push(job);
    return answer ?? { status: 201, json: job };
  });
  return { server, jobs, posts: () => posts };
}

describe("one-off jobs", () => {
  test("a list's statuses are one parameter with commas", async () => {
    const server = await startServer(() => ({ json: [] }));
    const createdAfter = new Date("2026-11-24T20:00:00Z");
    await clientOf(server).listJobs("srv-1", { status: ["pending", "running"], createdAfter });
    expect(server.requests[0]?.query.getAll("status")).toEqual(["pending,running"]);
    expect(server.requests[0]?.query.get("createdAfter")).toBe("2026-11-24T20:00:00.000Z");
  });

  test("a job without a status, or with null, has not ended", async () => {
    // undefined is left out of JSON.
    const bare = aJob({ startedAt: null, status: undefined });
    const server = await startServer(({ before }) => ({
      json: before === 0 ? bare : { ...bare, status: null },
    }));
    const client = clientOf(server);
    for (let read = 0; read < 2; read += 1)
      expect((await client.getJob("srv-1", "job-1")).status).toBeUndefined();
  });

  test("a job is created with its command, and with a plan only where one is given", async () => {
    const server = await startServer(() => ({ status: 201, json: aJob() }));
    const client = clientOf(server);
    await client.createJob("srv-1", { startCommand: "python run.py status" });
    await client.createJob("srv-1", { startCommand: "x", planId: "plan-srv-006" });
    expect(server.requests.map(({ body }) => body)).toEqual([
      { startCommand: "python run.py status" },
      { startCommand: "x", planId: "plan-srv-006" },
    ]);
  });

  test("a job whose POST is lost is RENDER_ANSWER_LOST, and sent once", async () => {
    const server = await startServer(() => "drop");
    expect(await errorOf(clientOf(server).createJob("srv-1", { startCommand: "x" }))).toMatchObject({
      code: "RENDER_ANSWER_LOST",
    });
    expect(server.requests).toHaveLength(1);
  });

  test("45 jobs are listed whole", async () => {
    const all = Array.from({ length: 45 }, (_, index) => aJob({ id: `job-${index}` }));
    const server = await startServer(({ query }) => ({ json: paged("job", all, query, 20) }));
    expect(await clientOf(server).listJobs("srv-1", { createdAfter: "2026-11-24T00:00:00Z" })).toHaveLength(
      45,
    );
  });
});

describe("a job that must not run twice", () => {
  test("is created when no job carries its run id, after looking a minute further back than asked", async () => {
    const { server, posts } = await startJobs(() => ({ made: true }));
    expect((await clientOf(server).createJobOnce("srv-1", once)).id).toBe("job-1");
    expect(posts()).toBe(1);
    expect(server.requests[0]?.query.get("createdAfter")).toBe("2026-11-24T20:59:00.000Z");
    expect(server.requests.at(-1)?.body).toEqual({ startCommand: once.startCommand });
  });

  test("is created beside jobs of other runs, which are never taken for it", async () => {
    const { server, jobs, posts } = await startJobs(() => ({ made: true }));
    jobs.push(aJob({ id: "job-of-others", startCommand: "RUN=run-8 python run.py apply" }));
    expect((await clientOf(server).createJobOnce("srv-1", once)).id).toBe("job-1");
    expect(posts()).toBe(1);
  });

  test("is not created when a job carries its run id already", async () => {
    const { server, jobs, posts } = await startJobs(() => ({ made: true }));
    jobs.push(aJob({ id: "job-before", startCommand: once.startCommand }));
    expect((await clientOf(server).createJobOnce("srv-1", once)).id).toBe("job-before");
    expect(posts()).toBe(0);
  });

  test.each<[string, Answer]>([
    ["the connection broke", "drop"],
    ["a gateway answered 502", { status: 502 }],
    ["Render answered 503", { status: 503 }],
    ["the answer was half a JSON", { status: 201, text: '{"id":' }],
  ])("is found again when %s after it was made", async (_, answer) => {
    const { server, posts } = await startJobs(() => ({ answer, made: true }));
    expect((await clientOf(server).createJobOnce("srv-1", once)).id).toBe("job-1");
    expect(posts()).toBe(1);
  });

  test("is looked for again, because a list may lag behind", async () => {
    const { server, posts } = await startJobs(() => ({ answer: "drop", made: true }), 3);
    const time = stillTime();
    expect((await clientOf(server, { time }).createJobOnce("srv-1", once)).id).toBe("job-1");
    expect(time.sleeps).toEqual([1_000, 2_000, 4_000]);
    expect(posts()).toBe(1);
  });

  test("is not sent a second time when it cannot be found: the error says what is not known", async () => {
    const { server, posts } = await startJobs(() => ({ answer: "drop", made: false }));
    expect(await errorOf(clientOf(server).createJobOnce("srv-1", once))).toMatchObject({
      code: "RENDER_ANSWER_LOST",
    });
    expect(posts()).toBe(1);
  });

  test("stays a lost answer when the list cannot be read either", async () => {
    const server = await startServer(({ before, method }) =>
      before === 0 ? { json: [] } : method === "POST" ? "drop" : { status: 503 },
    );
    expect(await errorOf(clientOf(server).createJobOnce("srv-1", once))).toMatchObject({
      code: "RENDER_ANSWER_LOST",
    });
    expect(server.lines().filter((line) => line.startsWith("POST"))).toHaveLength(1);
  });

  test("is not created when the list cannot be read beforehand", async () => {
    const server = await startServer(() => ({ status: 401 }));
    expect(await errorOf(clientOf(server).createJobOnce("srv-1", once))).toMatchObject({ status: 401 });
    expect(server.lines()).toEqual(["GET /services/srv-1/jobs"]);
  });

  test("is refused as it is: a 400 is not looked up", async () => {
    const { server } = await startJobs(() => ({
      answer: { status: 400, json: { message: "free tier is not supported for jobs" } },
      made: false,
    }));
    const error = await errorOf(clientOf(server).createJobOnce("srv-1", once));
    expect(error.message).toContain('Render says: "free tier is not supported for jobs".');
    expect(server.requests).toHaveLength(2);
  });

  test("must carry its run id in the command, or nothing is sent", async () => {
    const server = await startServer(() => ({ json: [] }));
    expect(
      await errorOf(clientOf(server).createJobOnce("srv-1", { ...once, startCommand: "python run.py" })),
    ).toBeInstanceOf(TypeError);
    expect(server.requests).toEqual([]);
  });
});
