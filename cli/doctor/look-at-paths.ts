import type { StackConfig } from "../../components/config";
import { readRunningFlags } from "../../components/probes/running-flags";
import { runSmokeTest } from "../../components/probes/smoke";
import { describeHtmlPage } from "../../components/probes/html-page";
import { readHealthAnswer } from "../../components/probes/health-answer";
import type { HttpProbe, ProbeAnswer } from "../../components/probes/http";
import { urlWithPath } from "../verify/look/ports";
import { fine, type Finding } from "./finding";

type Service = StackConfig["services"][number];

/** Milliseconds: a free service that sleeps needs the most of a minute to wake. */
const PATIENCE_MS = 70_000;

/** Every path of the catalogue, each asked once by GET: whether it answers, and with the shape that the catalogue expects. */
export async function lookAtPaths(
  { smoke, flags }: StackConfig,
  service: Service,
  url: string | undefined,
  ports: { probe: HttpProbe; now: () => Date },
): Promise<Finding[]> {
  const name = (path: string) => `${service.renderName} ${path}`;
  if (url === undefined)
    return [
      {
        ...notAsked(name(service.healthPath), "neither config nor Render names an address"),
        next: "write its address into serviceUrls",
      },
    ];
  const ask = (path: string) => ports.probe({ url: urlWithPath(url, path), timeoutMs: PATIENCE_MS });
  // First and alone: it wakes a service that sleeps.
  const health = healthFinding(name(service.healthPath), service, await ask(service.healthPath));
  const { reports } = service;
  const reportPath = reports !== undefined && "path" in reports ? [reports.path] : [];
  if (health.result === "mend") {
    const rest = [...reportPath, ...(service.endpoints ?? [])];
    return [health, ...rest.map((path) => notAsked(name(path), "the service does not answer well"))];
  }
  const own = flags.filter(({ serviceKey }) => serviceKey === service.key).map(({ key }) => key);
  const report = own.length === 0 ? [] : [await reportFinding(service, own, url, ports)];
  const endpoints: Finding[] = [];
  for (const path of service.endpoints ?? [])
    endpoints.push(endpointFinding(name(path), service, await ask(path)));
  return [health, ...report, ...endpoints, ...(await smokeFindings(smoke, service, url, ports))];
}

function healthFinding(name: string, { healthExpect }: Service, answer: ProbeAnswer): Finding {
  if (!answer.answered)
    return mend(name, answer.error, "look at the service's log on Render, and at healthPath");
  if (answer.status < 200 || answer.status >= 400)
    return mend(name, `HTTP ${answer.status}`, "name the path that answers 2xx in healthPath");
  const { troubles, notKnown } = readHealthAnswer(answer.body, healthExpect);
  const what = `HTTP ${answer.status} in ${seconds(answer.ms)}`;
  const [trouble] = troubles;
  if (trouble !== undefined)
    return mend(
      name,
      `${what}, but ${trouble}`,
      "mend what it names first, or say in healthExpect what well means",
    );
  if (notKnown.length === 0) return fine("path", name, what);
  return {
    about: "path",
    name,
    result: "look",
    found: `${what}; it says ${notKnown.join(", ")}, which no rule here knows`,
    next: "say in healthExpect what well means",
  };
}

async function reportFinding(
  { renderName, reports }: Service,
  own: readonly string[],
  url: string,
  ports: { probe: HttpProbe },
): Promise<Finding> {
  if (reports === undefined)
    return mend(
      renderName,
      "the catalogue does not say how it reports its flags",
      "write reports: with the path, or none: with the reason",
    );
  if ("none" in reports)
    return fine(
      "path",
      renderName,
      `reports no flags (${reports.none}): values on Render and a later deploy are the evidence`,
    );
  const name = `${renderName} ${reports.path}`;
  const target = { url: urlWithPath(url, reports.path), report: reports, keys: own };
  const running = await readRunningFlags(target, ports.probe, { timeoutMs: PATIENCE_MS });
  if (!running.known)
    return mend(
      name,
      `no report of flags: ${running.reason}`,
      "name the path, and with `at` the place in its answer, in reports",
    );
  const known = own.filter((key) => running.flags[key] === "true" || running.flags[key] === "false");
  const missing = own.filter((key) => !known.includes(key));
  if (missing.length === 0) return fine("path", name, `reports ${own.length} of ${own.length} flags`);
  return mend(
    name,
    `does not tell ${missing.join(", ")}`,
    "say in reports.names what the service calls them, else what runs is not known",
  );
}

function endpointFinding(name: string, { kind }: Service, answer: ProbeAnswer): Finding {
  if (!answer.answered) return mend(name, answer.error, "look at the service's log on Render");
  const what = `HTTP ${answer.status} in ${seconds(answer.ms)}`;
  if (answer.status < 200 || answer.status >= 300)
    return mend(
      name,
      what,
      "gates measure endpoints without a login: name one that answers 2xx, or leave it out",
    );
  const page = kind === "web_service" ? describeHtmlPage(answer.body) : undefined;
  if (page !== undefined)
    return mend(
      name,
      `${what}, an HTML page`,
      "a path that does not exist often answers so: name an endpoint of the API",
    );
  return fine("path", name, what);
}

async function smokeFindings(
  smoke: StackConfig["smoke"],
  { key }: Service,
  url: string,
  ports: { probe: HttpProbe; now: () => Date },
): Promise<Finding[]> {
  const own = smoke.filter(({ serviceKey }) => serviceKey === key);
  const found: Finding[] = [];
  for (const test of own) {
    if (test.method !== "GET" || test.before !== undefined || test.cleanUp !== undefined) {
      found.push(
        notAsked(`smoke ${test.id}`, `${test.method} ${test.path} changes something, and this only looks`),
      );
      continue;
    }
    const { verdict, summary } = await runSmokeTest(
      { ...test, urlOf: (path) => urlWithPath(url, path) },
      ports,
    );
    const early =
      test.needs.length > 0
        ? ` (it is for when ${test.needs.join(", ")} ${test.needs.length === 1 ? "is" : "are"} on)`
        : "";
    found.push(
      verdict === "pass"
        ? fine("path", `smoke ${test.id}`, summary)
        : {
            about: "path",
            name: `smoke ${test.id}`,
            result: early === "" ? "mend" : "look",
            found: `${summary}${early}`,
            next: "compare path and json of the smoke test with what the service answers",
          },
    );
  }
  return found;
}

function mend(name: string, what: string, next: string): Finding {
  return { about: "path", name, result: "mend", found: what, next };
}

function notAsked(name: string, why: string): Finding {
  return { about: "path", name, result: "not-asked", found: why, next: null };
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}
