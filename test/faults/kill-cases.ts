import { fakeWorld } from "../support/fake-context";
import { allKeys, flagsAndDeploy, runsWith } from "../support/flags-and-deploy";
import { modelUpdate, type ModelState } from "../support/model-engine";
import { noFindings, type FaultCase, type Findings } from "./fault-case";

type Value = "true" | "false";
type Moment = "before" | "after";

const other = (value: Value): Value => (value === "true" ? "false" : "true");

/** The update of two flags and their deploy, killed at each of its requests, before or after it took effect. */
export async function killCases(): Promise<FaultCase[]> {
  const cases: FaultCase[] = [];
  for (const from of ["false", "true"] as const) {
    const { calls } = await killedAt(from, Number.POSITIVE_INFINITY, "before");
    calls.forEach((call, index) => {
      for (const moment of ["before", "after"] as const) {
        for (const way of ["forwards", "back"] as const) {
          cases.push({
            area: "a killed update",
            step: `two flags from "${from}" to "${other(from)}" and their deploy; the next run goes ${way}`,
            fault: `killed ${moment} request ${index + 1}, ${call}, took effect`,
            run: () => tryOut(from, index + 1, moment, way),
          });
        }
      }
    });
  }
  return cases;
}

/** @param at the number of the request; the update ends there as by `kill -9`: nothing of it is saved any more. */
async function killedAt(from: Value, at: number, moment: Moment) {
  const world = fakeWorld();
  const state: ModelState = new Map();
  await modelUpdate(flagsAndDeploy(world, "false"), state, () => false);
  if (from === "true") await modelUpdate(flagsAndDeploy(world, "true"), state, () => false);
  world.clock.ms += 60_000;
  const calls: string[] = [];
  let killed = false;
  world.faults[moment] = (call) => {
    calls.push(call);
    if (calls.length < at) return;
    killed = true;
    throw new Error("killed");
  };
  await modelUpdate(flagsAndDeploy(world, other(from)), state, () => killed);
  world.faults = {};
  world.clock.ms += 60_000;
  return { world, state, calls, killed };
}

async function tryOut(from: Value, at: number, moment: Moment, way: "forwards" | "back"): Promise<Findings> {
  const findings = noFindings();
  const { world, state, killed } = await killedAt(from, at, moment);
  if (!killed) findings.wrong.push("it was not killed");
  const wanted = way === "forwards" ? other(from) : from;
  const mark = world.writes.length;
  if (!(await modelUpdate(flagsAndDeploy(world, wanted), state, () => false)))
    findings.wrong.push("the next run failed");
  if (JSON.stringify(runsWith(world)) !== JSON.stringify(allKeys(wanted))) {
    findings.lost.push(`after the next run ${JSON.stringify(runsWith(world))} runs`);
  }
  const deploys = world.writes.slice(mark).filter((write) => write.startsWith("POST deploy")).length;
  if (deploys > 1) findings.doubled.push(`the next run deployed ${deploys} times`);
  return findings;
}
