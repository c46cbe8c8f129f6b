import { expect, test } from "vitest";

import type {
  BackgroundWorkerSpec,
  CronJobSpec,
  PrivateServiceSpec,
} from "../../../rehearsal/render/options";
import { startWorld, webSpec } from "./world";

const { start } = webSpec();
const privateService: PrivateServiceSpec = { type: "private_service", name: "internal", start, envVars: {} };
const worker: BackgroundWorkerSpec = {
  type: "background_worker",
  name: "worker",
  start: {
    ...start,
    command: [process.execPath, "-e", "console.log(process.env.GREETING); setInterval(() => {}, 1000)"],
  },
  envVars: { GREETING: "at work" },
};
const cron: CronJobSpec = {
  type: "cron_job",
  name: "nightly",
  schedule: "0 3 * * *",
  start: { ...start, command: ["/bin/sh", "-c", 'echo "run with $GREETING"'] },
  envVars: { GREETING: "hello" },
};

test("each kind has its own id, dashboard address and details", async () => {
  const world = await startWorld({ services: [privateService, worker, cron] });
  const of = async (name: string) => (await world.api("GET", `/services/${world.service(name).id}`)).body;
  const internal = await of("internal");
  expect(internal).toMatchObject({ id: expect.stringMatching(/^srv-/), type: "private_service" });
  expect(internal.serviceDetails).toMatchObject({ url: "internal:10000", numInstances: 1 });
  expect(internal.serviceDetails).not.toHaveProperty("healthCheckPath");
  const works = await of("worker");
  expect(works.serviceDetails).not.toHaveProperty("url");
  expect(works.serviceDetails).not.toHaveProperty("openPorts");
  const nightly = await of("nightly");
  expect(nightly).toMatchObject({
    id: expect.stringMatching(/^crn-[a-z0-9]{20}$/),
    serviceDetails: { schedule: "0 3 * * *" },
    dashboardUrl: expect.stringContaining("/cron/crn-"),
  });
  expect(nightly.serviceDetails).not.toHaveProperty("numInstances");
});

test("a worker is live once its process has started, and a deploy gives it the saved variables", async () => {
  const world = await startWorld({ services: [worker] });
  world.service("worker").flipInDashboard("GREETING", "anew");
  const { body } = await world.api("POST", world.deploys("worker"), { deployMode: "deploy_only" });
  expect((await world.ended("worker", body.id)).status).toBe("live");
  const logs = await world.api(
    "GET",
    `/logs?ownerId=${world.workspace.id}&resource=${world.service("worker").id}&type=app`,
  );
  expect(logs.body.logs.map(({ message }) => message)).toEqual(["anew", "at work"]);
});

test("a worker whose process ends at once fails its deploy, and the one before goes on", async () => {
  const world = await startWorld({ services: [worker] });
  const [before] = world.pids();
  world.faults.nextDeploy("worker", "crashes");
  const { body } = await world.api("POST", world.deploys("worker"), { deployMode: "deploy_only" });
  expect((await world.ended("worker", body.id)).status).toBe("update_failed");
  expect(world.pids()).toContain(before);
});

test("a cron job runs nothing until it is asked to, and then with what is saved", async () => {
  const world = await startWorld({ services: [cron] });
  expect(world.pids()).toEqual([]);
  world.service("nightly").flipInDashboard("GREETING", "what is saved");
  const { id } = world.service("nightly");
  expect((await world.api("POST", `/cron-jobs/${id}/runs`)).body).toMatchObject({ status: "pending" });
  const said = () =>
    world
      .api("GET", `/logs?ownerId=${world.workspace.id}&resource=${id}&text=run*`)
      .then(({ body }) => body.logs.map(({ message }) => message));
  await expect.poll(said).toEqual(["run with what is saved"]);
  expect((await world.api("GET", `/services/${id}/jobs`)).body).toEqual([]);
});
