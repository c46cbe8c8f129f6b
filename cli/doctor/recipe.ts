import pc from "picocolors";

import type { StackConfig } from "../../components/config";
import type { RenderClient } from "../../components/render/client";
import { createObserved, type Observed } from "../../components/providers/observed";
import { refOf } from "../../components/providers/gate/gate-inputs";
import type { HttpProbe } from "../../components/probes/http";
import type { Fetch, Sleep } from "../../components/probes/ports";
import type { Engine } from "../engine/port";
import { attempt } from "../shared/attempt";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { requireStack, type LoadedStack } from "../shared/load-stack";
import type { OpenPages } from "../shared/open-pages";
import { commandText } from "../shared/next-command";
import { redactorFor } from "../shared/redact";
import type { OpenRender } from "../shared/render-access";
import { readSecret } from "../shared/secrets";
import type { OpenDatabase } from "../shared/shown-migrations";
import { table } from "../shared/table";
import { readOnly } from "../status/reading-context";
import { fine, found, type Finding } from "./finding";
import { clockFinding } from "./look-at-clocks";
import { lookAtDatabase } from "./look-at-database";
import { lookAtPages } from "./look-at-pages";
import { lookAtPaths } from "./look-at-paths";
import { lookAtRunner, type Machine } from "./look-at-runner";
import { lookAtJobs, lookAtServices } from "./look-at-services";
import { lookAtTeam } from "./look-at-team";

export interface DoctorOptions {
  stack: string;
  json?: boolean;
}

export interface DoctorPorts {
  probe: HttpProbe;
  fetch: Fetch;
  sleep: Sleep;
  /** Milliseconds on a clock that only moves forward. */
  elapsed: () => number;
  openDatabase: OpenDatabase;
  openPages: OpenPages;
  machine: Omit<Machine, "directory">;
}

/**
 * Asks every source that the rollout will need once, and changes nothing: what would the first gate say, and what is not as the
 * catalogue says. Exit code 0: nothing is to be mended; 1: something is, or could not be asked.
 */
export async function doctor(
  desk: Desk,
  openRender: OpenRender,
  ports: DoctorPorts,
  { stack, json }: DoctorOptions,
): Promise<ExitCode> {
  const { terminal, interrupts } = desk;
  const loaded = requireStack(desk.directory, stack);
  if (json !== true)
    terminal.words(
      pc.dim("Asks each source once, and changes nothing; a service that sleeps takes up to a minute …"),
    );
  const look = async () => {
    const notes: string[] = [];
    const engine = await attempt(() => desk.openEngine(stack), "Pulumi", notes);
    const findings = [
      ...notes.map((note): Finding => engineFinding(note)),
      ...(await everything(desk, loaded, engine, openRender, ports)),
    ];
    return { findings, redact: await redactorFor(engine) };
  };
  const looked = await untilInterrupted(interrupts.signal, look());
  if (looked === undefined) {
    terminal.words("Stopped before everything was asked; nothing was changed.");
    return EXIT.act;
  }
  const { redact } = looked;
  const findings = looked.findings.map((each) => ({
    ...each,
    found: redact(each.found),
    name: redact(each.name),
    next: each.next === null ? null : redact(each.next),
  }));
  const well = findings.every(({ result }) => result === "ok" || result === "look");
  if (json === true) terminal.data(JSON.stringify({ stack, well, findings }, undefined, 2));
  else terminal.data(table(["", "asked", "found, and the way out"], findings.map(rowOf)));
  const count = (wanted: Finding["result"]) => findings.filter(({ result }) => result === wanted).length;
  terminal.words(
    well
      ? pc.green(
          `Nothing is to be mended (${count("look")} to look at). Next: ${commandText("review", stack)}`,
        )
      : pc.red(
          `${count("mend")} to mend, ${count("not-asked")} not asked, ${count("look")} to look at. Nothing was changed. Next: mend from the top, and run this again.`,
        ),
  );
  return well ? EXIT.done : EXIT.act;
}

async function everything(
  desk: Desk,
  { config, plan }: LoadedStack,
  engine: Engine | undefined,
  openRender: OpenRender,
  ports: DoctorPorts,
): Promise<Finding[]> {
  const { directory } = desk;
  const now = () => desk.now();
  let render: RenderClient | undefined;
  const key = await found("key", "Render", async () => {
    render = readOnly(await openRender(config, engine, { requestTimeoutMs: 10_000, totalMs: 20_000 }));
    const owners = await render.listOwners();
    return [fine("key", "Render", `reaches ${owners.map(({ name }) => name).join(", ") || "no workspace"}`)];
  });
  const isKnown = key.every(({ result }) => result === "ok");
  const observed =
    render !== undefined && isKnown ? createObserved(render, { workspace: config.workspace }) : undefined;
  const token = await readSecret("telegramBotToken", engine);
  const urls = await urlsOf(config, observed);
  const [jobs, services, runner, database, paths, team, clock] = await Promise.all([
    observed === undefined ? [] : lookAtJobs(config, observed),
    observed === undefined ? [] : lookAtServices(config, observed),
    lookAtRunner(config, observed, { directory, ...ports.machine }),
    lookAtDatabase(config, await ports.openDatabase(engine), now),
    pathsOfAll(config, urls, ports, now),
    lookAtTeam(config, token, ports),
    render === undefined || !isKnown ? [] : renderClock(render, now),
  ]);
  // Last, as a service that sleeps is awake by then.
  const pages = await lookAtPages(config, plan, (name) => urls.get(name), { ...ports, now });
  return [...jobs, ...key, ...services, ...runner, ...database, ...paths, ...pages, ...team, ...clock];
}

async function renderClock(render: RenderClient, now: () => Date): Promise<Finding[]> {
  return found("clock", "Render", async () => [clockFinding("Render", await render.now(), now())]);
}

/** By name on Render: the public address, as config or Render has it. */
async function urlsOf(config: StackConfig, observed: Observed | undefined): Promise<Map<string, string>> {
  const found = await Promise.all(
    config.services.map(async (service) => {
      const seen =
        service.url ?? (await observed?.service(refOf(service)).catch(() => undefined))?.serviceDetails?.url;
      return seen === undefined ? [] : [[service.renderName, seen] as const];
    }),
  );
  return new Map(found.flat());
}

async function pathsOfAll(
  config: StackConfig,
  urls: ReadonlyMap<string, string>,
  { probe }: DoctorPorts,
  now: () => Date,
): Promise<Finding[]> {
  const all = await Promise.all(
    config.services.map((service) =>
      found("path", service.renderName, () =>
        lookAtPaths(config, service, urls.get(service.renderName), { probe, now }),
      ),
    ),
  );
  return all.flat();
}

function engineFinding(note: string): Finding {
  const [what = "", next] = note.replace(/^Pulumi: /, "").split(/\s*\bNext: /);
  return { about: "engine", name: "Pulumi", result: "mend", found: what, next: next ?? null };
}

const MARKS = { ok: pc.green("✓"), look: pc.yellow("!"), mend: pc.red("✗"), "not-asked": pc.yellow("?") };

function rowOf({ about, name, result, found: what, next }: Finding): string[] {
  return [
    MARKS[result],
    name.startsWith(about) ? name : `${about} ${name}`,
    next === null ? what : `${what}\n→ ${next}`,
  ];
}
