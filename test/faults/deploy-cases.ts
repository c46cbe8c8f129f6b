import type { Deploy } from "../../components/render/client";
import { RenderError } from "../../components/render/errors";
import { fakeWorld, liveDeploy, type FakeService, type FakeWorld } from "../support/fake-context";
import { allKeys, flagsAndDeploy, runsWith } from "../support/flags-and-deploy";
import { modelUpdate, type ModelResource, type ModelState } from "../support/model-engine";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

type Value = "true" | "false";

interface DeployFault {
  name: string;
  /** Breaks the world before the update; answers with what mends it. */
  arrange(world: FakeWorld): () => void;
}

const backend = (world: FakeWorld): FakeService => world.services.get("srv-backend")!;

function ends(name: string, status: string, more?: (world: FakeWorld) => void): DeployFault {
  return {
    name,
    arrange(world) {
      const before = world.fate;
      world.fate = () => ({ status, afterMs: 5_000 });
      more?.(world);
      return () => {
        world.fate = before;
        world.faults = {};
      };
    },
  };
}

function failing(
  name: string,
  moment: "before" | "after",
  call: string,
  code: RenderError["code"],
  status?: number,
): DeployFault {
  return {
    name,
    arrange(world) {
      let left = 1;
      world.faults[moment] = (made) => {
        if (!made.startsWith(call) || left === 0) return;
        left -= 1;
        throw new RenderError({
          code,
          status,
          method: call.split(" ")[0] ?? "",
          route: "/services/{serviceId}/deploys",
          message: `Render did not do as asked: ${call} at backend. Next: run the same command again.`,
        });
      };
      return () => {
        world.faults = {};
      };
    },
  };
}

/** Once our deploy is looked at, somebody else's is there, newer and live at once. */
function overtaken(
  name: string,
  by: (world: FakeWorld) => Partial<Deploy> & { env: Map<string, string> },
): DeployFault {
  return {
    name,
    arrange(world) {
      let done = false;
      world.faults.before = (call) => {
        if (done || !/^GET dep-\d/.test(call)) return;
        done = true;
        const service = backend(world);
        const { env, ...more } = by(world);
        for (const deploy of service.deploys as (Deploy & { until?: number })[]) {
          delete deploy.until;
          if (deploy.status === "build_in_progress") deploy.status = "canceled";
          else if (deploy.status === "live") deploy.status = "deactivated";
        }
        service.deploys.unshift(liveDeploy("dep-theirs", world.clock.ms + 1, more));
        service.liveEnv = env;
      };
      return () => {
        world.faults = {};
      };
    },
  };
}

function before(name: string, arrange: (world: FakeWorld) => () => void): DeployFault {
  return { name, arrange };
}

const running = (world: FakeWorld, more: Partial<Deploy>, afterMs: number) => {
  const service = backend(world);
  const deploy = liveDeploy("dep-running", world.clock.ms - 10_000, { status: "build_in_progress", ...more });
  delete (deploy as Partial<Deploy>).finishedAt;
  service.deploys.unshift(
    Object.assign(deploy, { until: world.clock.ms + afterMs, fate: "live", env: new Map(service.envVars) }),
  );
  return () => undefined;
};

const DEPLOY_FAULTS: DeployFault[] = [
  ends("the build fails", "build_failed"),
  ends("the new instance never gets healthy", "update_failed"),
  ends("the command before the deploy fails", "pre_deploy_failed"),
  ends("somebody cancels it", "canceled"),
  ends("it is superseded by nothing that is there", "deactivated"),
  ends("the build fails, and its events cannot be read", "build_failed", (world) => {
    world.faults.before = (call) => {
      if (call === "GET events") throw new Error("no events");
    };
  }),
  ends("the build fails, and its log cannot be read", "build_failed", (world) => {
    world.faults.before = (call) => {
      if (call === "GET logs") throw new Error("no logs");
    };
  }),
  {
    name: "it hangs",
    arrange(world) {
      const was = world.fate;
      world.fate = () => ({ status: "live", afterMs: Number.MAX_SAFE_INTEGER });
      return () => {
        world.fate = was;
      };
    },
  },
  {
    name: "it shows a status that nobody has heard of, for ever",
    arrange(world) {
      const was = world.fate;
      world.fate = (deploy) => {
        deploy.status = "quantum_in_progress";
        return { status: "live", afterMs: Number.MAX_SAFE_INTEGER };
      };
      return () => {
        world.fate = was;
        for (const deploy of backend(world).deploys)
          if (deploy.status === "quantum_in_progress") deploy.status = "canceled";
      };
    },
  },
  {
    name: "it is accepted without an id",
    arrange(world) {
      const { render } = world.context;
      world.context.render = new Proxy(render, {
        get: (target, key) =>
          key === "createDeploy"
            ? async (...args: Parameters<typeof render.createDeploy>) => {
                await target.createDeploy(...args);
                return { kind: "queued" as const };
              }
            : (Reflect.get(target, key) as unknown),
      });
      return () => {
        world.context.render = render;
      };
    },
  },
  failing("its POST never arrives", "before", "POST deploy", "RENDER_UNREACHABLE"),
  failing("its POST is refused by a 500", "before", "POST deploy", "RENDER_REFUSED", 500),
  failing("its POST is refused by a 403", "before", "POST deploy", "RENDER_REFUSED", 403),
  failing("the answer to its POST is lost", "after", "POST deploy", "RENDER_ANSWER_LOST"),
  failing("a look at it fails", "before", "GET dep-", "RENDER_TIMEOUT"),
  failing("the list of deploys cannot be read", "before", "GET deploys", "RENDER_UNREADABLE"),
  overtaken("a push in the middle, with the same variables", (world) => ({
    trigger: "new_commit",
    env: new Map(backend(world).envVars),
  })),
  overtaken("a rollback of code in the middle, with the variables of then", (world) => ({
    trigger: "rollback",
    env: new Map(backend(world).liveEnv),
  })),
  before("somebody's release is under way", (world) => running(world, { trigger: "new_commit" }, 90_000)),
  before("somebody's release is under way and fails", (world) => {
    running(world, { trigger: "new_commit" }, 30_000);
    Object.assign(backend(world).deploys[0]!, { fate: "build_failed" });
    return () => undefined;
  }),
  before("one of ours hangs since a killed update", (world) =>
    running(world, { trigger: "api" }, Number.MAX_SAFE_INTEGER),
  ),
  before("the service is suspended", (world) => {
    const { service } = backend(world);
    service.suspended = "suspended";
    return () => {
      service.suspended = "not_suspended";
    };
  }),
  {
    name: "the service is deleted in the middle, and made anew under its name",
    arrange(world) {
      let gone = false;
      world.faults.before = (call) => {
        if (!gone && /^GET dep-\d/.test(call)) {
          gone = true;
          const old = backend(world);
          const anew: FakeService = {
            service: { ...old.service, id: "srv-anew" },
            envVars: new Map(),
            deploys: [liveDeploy("dep-anew", world.clock.ms)],
            liveEnv: new Map(),
          };
          world.services.set("srv-backend", anew).set("srv-anew", anew);
          throw new RenderError({
            code: "RENDER_REFUSED",
            status: 404,
            method: "GET",
            route: "/services/{serviceId}/deploys/{deployId}",
            message: "Render knows nothing there: GET /services/srv-backend/deploys/dep-1 answered HTTP 404.",
          });
        }
      };
      return () => {
        world.faults = {};
      };
    },
  },
  before("its health answers with errors all the while", (world) => {
    world.answers.set("/health", () => ({ answered: true, status: 503, body: "{}", ms: 5 }));
    return () => {
      world.answers.clear();
    };
  }),
];

export function deployCases(): FaultCase[] {
  return DEPLOY_FAULTS.flatMap((fault) =>
    (["true", "false"] as const).flatMap((target) =>
      (["forwards", "back"] as const).map((way) => ({
        area: "a deploy",
        step: `two flags to "${target}" and their deploy; the next run goes ${way}`,
        fault: fault.name,
        run: () => tryOut(fault, target, way),
      })),
    ),
  );
}

async function tryOut(fault: DeployFault, target: Value, way: "forwards" | "back"): Promise<Findings> {
  const findings = noFindings();
  const world = fakeWorld();
  const state: ModelState = new Map();
  const from: Value = target === "true" ? "false" : "true";
  await update(world, "false", state);
  if (from === "true") await update(world, "true", state);
  world.clock.ms += 60_000;
  const mend = fault.arrange(world);
  const mark = world.writes.length;
  const { done, errors } = await update(world, target, state);
  const deploys = world.writes.slice(mark).filter((write) => write.startsWith("POST deploy")).length;
  if (deploys > 1) findings.doubled.push(`${deploys} deploys in one update`);
  if (done && !isAt(world, target))
    findings.lost.push(`said to be done, but ${JSON.stringify(runsWith(world))} runs`);
  if (!done) judgeWords(findings, errors);
  mend();
  world.clock.ms += 60_000;
  const wanted = way === "forwards" ? target : from;
  const next = await update(world, wanted, state);
  if (!next.done) findings.wrong.push(`the next run failed: ${next.errors.map(String).join("; ")}`);
  else if (!isAt(world, wanted))
    findings.lost.push(`after the next run ${JSON.stringify(runsWith(world))} runs`);
  return findings;
}

function isAt(world: FakeWorld, value: Value): boolean {
  return JSON.stringify(runsWith(world)) === JSON.stringify(allKeys(value));
}

function judgeWords(findings: Findings, errors: readonly unknown[]): void {
  const [error] = errors;
  const message = error instanceof Error ? error.message : "";
  if (message.length < 50) findings.wrong.push(`"${message}" says too little`);
  if (!/backend/.test(message)) findings.wrong.push(`"${message}" does not say where`);
}

/** An update as the engine would run it, and what its verbs threw. */
async function update(
  world: FakeWorld,
  value: Value,
  state: ModelState,
): Promise<{ done: boolean; errors: unknown[] }> {
  const errors: unknown[] = [];
  const done = await modelUpdate(
    flagsAndDeploy(world, value).map((resource) => noting(resource, errors)),
    state,
    () => false,
  );
  return { done, errors };
}

function noting(resource: ModelResource, errors: unknown[]): ModelResource {
  const note = async <T>(effect: Promise<T>): Promise<T> => {
    try {
      return await effect;
    } catch (error) {
      errors.push(error);
      throw error;
    }
  };
  const { verbs } = resource;
  return {
    ...resource,
    verbs: {
      ...verbs,
      diff: (id, olds, news) => note(verbs.diff(id, olds, news)),
      create: (inputs) => note(verbs.create(inputs)),
      update: (id, olds, news) => note(verbs.update(id, olds, news)),
    },
  };
}
