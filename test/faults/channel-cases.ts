import { realFetch } from "../../components/probes/ports";
import { createTeam } from "../../components/providers/team";
import { noFindings, type FaultCase, type Findings } from "./fault-case";
import { WIRE_FAULTS, type WireFault } from "./wire-faults";
import { startWireServer } from "./wire-server";

const TOKEN = "123456:CANARY-token-of-the-bot";

interface Action {
  step: string;
  method: "getMe" | "getChat" | "sendMessage";
  kind: "tell" | "check";
}

const ACTIONS: Action[] = [
  { step: "telling the team: sendMessage", method: "sendMessage", kind: "tell" },
  { step: "proving the channel: getMe", method: "getMe", kind: "check" },
  { step: "proving the channel: getChat", method: "getChat", kind: "check" },
  { step: "proving the channel: sendMessage", method: "sendMessage", kind: "check" },
];

export function channelCases(): FaultCase[] {
  return ACTIONS.flatMap((action) =>
    WIRE_FAULTS.filter(({ lists }) => lists !== true).map((fault) => ({
      area: "the team's channel",
      step: action.step,
      fault: fault.name,
      run: () => tryOut(action, fault),
    })),
  );
}

async function tryOut({ method, kind }: Action, fault: WireFault): Promise<Findings> {
  let sent = 0;
  const server = await startWireServer(({ path }) => {
    const called = path.split("/").at(-1);
    if (called === "sendMessage") sent += 1;
    const results: Record<string, unknown> = {
      getMe: { id: 1, is_bot: true, username: "bot", name: "bot" },
      getChat: { id: -5, type: "group", title: "The team" },
      sendMessage: { message_id: sent, date: 1, chat: { id: -5, type: "group" }, text: "x" },
    };
    return { status: 200, json: { ok: true, result: results[called ?? ""] } };
  });
  const said: string[] = [];
  const findings = noFindings();
  const team = (apiUrl: string, patienceMs: number) =>
    createTeam({
      telegram: { chatId: "-5", apiUrl },
      token: TOKEN,
      thresholdMs: 60_000,
      // Ten seconds of real patience are for people, not for a matrix.
      fetch: async (url, init) => {
        // Not AbortSignal.timeout: within AbortSignal.any Node may forget it before its time.
        const soon = new AbortController();
        const timer = setTimeout(() => {
          soon.abort();
        }, patienceMs);
        init.signal?.addEventListener("abort", () => {
          soon.abort();
        });
        const answer = await realFetch(url, { ...init, signal: soon.signal }).catch((error: unknown) => {
          clearTimeout(timer);
          throw error;
        });
        return {
          status: answer.status,
          text: () =>
            answer.text().finally(() => {
              clearTimeout(timer);
            }),
        };
      },
      elapsed: () => performance.now(),
      sleep: () => Promise.resolve(),
      now: () => Promise.resolve(new Date("2026-11-24T21:00:00Z")),
      redact: (text) => text,
      log: (line) => said.push(line),
    });
  try {
    server.break(`/bot${TOKEN}/${method}`, fault);
    const broken = team(fault.refused === true ? server.closedUrl : server.url, 1_000);
    if (kind === "tell") {
      await broken.tell("the rollout stopped");
      if (sent === 0 && said.length === 0)
        findings.lost.push("the team was not told, and nobody was told that");
      if (said.some((line) => line.length < 40)) findings.wrong.push(`"${said.join()}" says too little`);
    } else {
      const [result] = await broken.check("a test");
      said.push(JSON.stringify(result));
      if (result?.verdict === "pass" && sent === 0)
        findings.lost.push("the channel passed without a message");
      if (result === undefined || result.summary.length < 40)
        findings.wrong.push("the check says too little");
    }
    if (sent > 1) findings.doubled.push(`the team was told ${sent} times`);
    if (said.join().includes(TOKEN.split(":")[1] ?? ""))
      findings.leaked.push("the bot's token is in what was said");
    if (server.strays.length > 0) findings.leaked.push("a redirect was followed, with the token in its path");
    server.mend();
    const [next] = await team(server.url, 9_000).check("a test");
    if (next?.verdict !== "pass") findings.wrong.push(`the next run does not pass: ${next?.summary ?? ""}`);
    return findings;
  } finally {
    await server.stop();
  }
}
