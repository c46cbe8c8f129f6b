import { createFloorProject, createRolloutProject, stateBytes, type BenchProject } from "./bench-project";
import { startQuickRender, type QuickService } from "./quick-render";
import { runEngine, type EngineRun } from "./run-engine";

export interface Requests {
  reads: number;
  writes: number;
  /** By operation, without ids. */
  byOperation: Record<string, number>;
}

export interface Measured {
  flags: number;
  resources: number;
  first: { seconds: number; requests: Requests };
  noop: {
    seconds: number;
    floorSeconds: number;
    cpuSeconds: number;
    floorCpuSeconds: number;
    requests: Requests;
  };
  ratioToFloor: number;
  /** The same by CPU time, which what else the machine does hardly changes. */
  cpuRatioToFloor: number;
  memoryRatioToFloor: number | undefined;
  stateKBPerFlag: number;
  /** Two flags of a web service and one of a static site, by one update with its preview; of six flags only. */
  flip?: { ownSeconds: number; requests: Requests };
}

const DEPLOY_MS = 3_000;
/** What is turned on by the flip. */
const FLIPPED = ["ENABLE_0", "ENABLE_1", "VITE_ENABLE_0"];

/** One size on one engine: our program and the floor in turns, so that both meet the same machine. */
export async function measure(executable: string, flags: number, rounds: number): Promise<Measured> {
  const services = servicesOf(flags);
  const keys = services.flatMap((service) => service.flags);
  const render = await startQuickRender(services, DEPLOY_MS);
  const ours = createRolloutProject(services);
  // Flags, a deploy for each service, and the gates of the phases up to this one.
  const resources = flags + services.length + GATES;
  const floor = createFloorProject(resources);
  const run = (project: BenchProject, ...args: string[]) =>
    runEngine(executable, project.directory, args, { RENDER_API_KEY: render.apiKey });
  const configure = (hold: string[]) => {
    const today = new Date().toISOString().slice(0, 10);
    const scheduleOverride = `${today} by the benchmark: nobody is served`;
    ours.configure({ phase: "api", adopt: "api", renderApiUrl: render.url, scheduleOverride, hold });
  };
  try {
    configure(keys);
    floor.configure({});
    for (const project of [ours, floor]) await run(project, "stack", "init");
    const first = await run(ours, "up", "--yes", "--skip-preview");
    const firstRequests = counted(render.taken());
    await run(floor, "up", "--yes", "--skip-preview");
    const pairs: { own: EngineRun; bare: EngineRun }[] = [];
    let noopRequests = counted([]);
    // The first of each is not counted: files are read for the first time.
    for (let round = 0; round <= rounds; round += 1) {
      render.taken();
      const own = await run(ours, "preview");
      noopRequests = counted(render.taken());
      const bare = await run(floor, "preview");
      if (round > 0) pairs.push({ own, bare });
    }
    const stateKB = stateBytes(ours.directory) / 1000;
    const [own, bare] = [pairs.map((pair) => pair.own), pairs.map((pair) => pair.bare)];
    const flip = flags === 6 ? await flipOf() : undefined;
    return {
      ...{ flags, resources },
      first: { seconds: seconds(first.ms), requests: firstRequests },
      noop: {
        seconds: seconds(median(own.map(({ ms }) => ms))),
        floorSeconds: seconds(median(bare.map(({ ms }) => ms))),
        cpuSeconds: seconds(median(own.map(({ cpuMs }) => cpuMs))),
        floorCpuSeconds: seconds(median(bare.map(({ cpuMs }) => cpuMs))),
        requests: noopRequests,
      },
      ratioToFloor: ratio(median(own.map(({ ms }) => ms)), median(bare.map(({ ms }) => ms))),
      cpuRatioToFloor: ratio(median(own.map(({ cpuMs }) => cpuMs)), median(bare.map(({ cpuMs }) => cpuMs))),
      memoryRatioToFloor: memoryRatio(own, bare),
      stateKBPerFlag: Math.round((stateKB / flags) * 100) / 100,
      ...(flip === undefined ? {} : { flip }),
    };
  } finally {
    await render.stop();
    for (const project of [ours, floor]) project.remove();
  }

  async function flipOf(): Promise<NonNullable<Measured["flip"]>> {
    configure(keys.filter((key) => !FLIPPED.includes(key)));
    render.taken();
    render.deploysTook();
    const { ms } = await run(ours, "up", "--yes");
    const on = services.flatMap(({ name }) => Object.entries(render.running(name)));
    const wrong = FLIPPED.filter((key) => !on.some(([flag, value]) => flag === key && value === "true"));
    if (wrong.length > 0) throw new Error(`the flip did not turn on ${wrong.join(", ")}`);
    return { ownSeconds: seconds(ms - render.deploysTook()), requests: counted(render.taken()) };
  }
}

/** Preparation, migrations and api. */
const GATES = 3;

function servicesOf(flags: number): QuickService[] {
  if (flags === 6) {
    return [
      {
        name: "backend",
        type: "web_service",
        flags: Array.from({ length: 4 }, (_, index) => `ENABLE_${index}`),
      },
      { name: "frontend", type: "static_site", flags: ["VITE_ENABLE_0", "VITE_ENABLE_1"] },
    ];
  }
  const services = Math.ceil(flags / 100);
  return Array.from({ length: services }, (_, service): QuickService => {
    const count = Math.min(100, flags - service * 100);
    const keys = Array.from({ length: count }, (__, index) => `ENABLE_${service}_${index}`);
    return { name: `service-${service}`, type: "web_service", flags: keys };
  });
}

function counted(requests: readonly string[]): Requests {
  const byOperation: Record<string, number> = {};
  for (const request of requests) byOperation[request] = (byOperation[request] ?? 0) + 1;
  const reads = requests.filter((request) => request.startsWith("GET ")).length;
  return { reads, writes: requests.length - reads, byOperation };
}

function memoryRatio(own: readonly EngineRun[], bare: readonly EngineRun[]): number | undefined {
  const peaks = (runs: readonly EngineRun[]) =>
    runs.flatMap(({ peakBytes }) => (peakBytes === undefined ? [] : [peakBytes]));
  const [ours, floor] = [peaks(own), peaks(bare)];
  return ours.length === 0 || floor.length === 0 ? undefined : ratio(median(ours), median(floor));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}

function ratio(ours: number, floor: number): number {
  return Math.round((100 * ours) / floor) / 100;
}

function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
