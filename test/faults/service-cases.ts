import { checkHealth } from "../../components/probes/health";
import { createHttpProbe } from "../../components/probes/http";
import { runSmokeTest } from "../../components/probes/smoke";
import type { CheckResult } from "../../components/probes/verdict";
import { noFindings, type FaultCase, type Findings } from "./fault-case";
import { WIRE_FAULTS, type WireFault } from "./wire-faults";
import { startWireServer } from "./wire-server";

/** Something that the product asks of a service under watch. */
interface Question {
  step: string;
  path: string;
  ask(baseUrl: string, ports: Ports): Promise<CheckResult>;
  /** Whether it may pass with what the fault lets through. */
  mayPass(fault: WireFault): boolean;
  /** Made anew each time that it is asked. */
  makes?: boolean;
}

const realProbe = createHttpProbe();
/** @param timeoutMs real time for one answer, on a machine that may be busy. */
const portsWith = (timeoutMs: number) => ({
  probe: (request: Parameters<typeof realProbe>[0]) => realProbe({ ...request, timeoutMs }),
  sleep: () => Promise.resolve(),
  now: () => new Date("2026-11-24T21:00:00Z"),
});
type Ports = ReturnType<typeof portsWith>;

const QUESTIONS: Question[] = [
  {
    step: "a service's health",
    path: "/health",
    ask: (url, ports) =>
      checkHealth({ service: "backend", url: `${url}/health` }, ports, {
        needed: 1,
        failing: 1,
        limit: 1,
        intervalMs: 1,
        timeoutMs: 1_000,
      }),
    // Render's own rule: a whole answer of 2xx or 3xx.
    mayPass: ({ whole, name }) => whole === true || name.startsWith("redirected"),
  },
  ...(["GET", "POST"] as const).map((method): Question => ({
    step: `a smoke test: ${method} /api/orders`,
    path: "/api/orders",
    ask: (url, ports) =>
      runSmokeTest(
        {
          id: "orders",
          method,
          path: "/api/orders",
          urlOf: (path) => `${url}${path}`,
          status: 200,
          json: { "order.number": 7, status: "made" },
        },
        ports,
      ),
    mayPass: ({ name, whole, harmless }) =>
      whole === true && harmless !== undefined && name !== "a word that nobody has heard of",
    makes: method === "POST",
  })),
];

export function serviceCases(): FaultCase[] {
  return QUESTIONS.flatMap((question) =>
    WIRE_FAULTS.filter(({ lists }) => lists !== true).map((fault) => ({
      area: "a service",
      step: question.step,
      fault: fault.name,
      run: () => tryOut(question, fault),
    })),
  );
}

async function tryOut(question: Question, fault: WireFault): Promise<Findings> {
  let made = 0;
  const server = await startWireServer(({ method }) => {
    if (method === "POST") made += 1;
    return {
      status: 200,
      json: { status: question.path === "/health" ? "healthy" : "made", order: { number: 7 }, id: "o-1" },
    };
  });
  const findings = noFindings();
  try {
    server.break(question.path, fault, 1);
    const result = await question.ask(
      fault.refused === true ? server.closedUrl : server.url,
      portsWith(1_000),
    );
    if (result.verdict === "pass" && !question.mayPass(fault))
      findings.wrong.push(`passed: ${result.summary}`);
    if (result.verdict !== "pass" && fault.harmless === true && question.mayPass(fault)) {
      findings.wrong.push(`not passed, although nothing was wrong: ${result.summary}`);
    }
    if (result.summary.length < 15) findings.wrong.push(`"${result.summary}" says too little`);
    if (question.makes === true && made > 1) findings.doubled.push(`${made} orders were made by one test`);
    if (server.strays.length > 0) findings.wrong.push(`a redirect was followed: ${server.strays.join(", ")}`);
    server.mend();
    const next = await question.ask(server.url, portsWith(20_000));
    if (next.verdict !== "pass") findings.wrong.push(`the next run does not pass: ${next.summary}`);
    return findings;
  } finally {
    await server.stop();
  }
}
