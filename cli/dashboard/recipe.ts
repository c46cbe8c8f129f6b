import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { readRecord } from "../log/read-record";
import { rolloutFolder, textOfFile } from "../log/rollout-folder";
import { drawChart } from "../report/charts/draw";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { untilInterrupted } from "../shared/interrupts";
import { requireStack } from "../shared/load-stack";
import { redactorFor } from "../shared/redact";
import type { OpenRender } from "../shared/render-access";
import { factsFromEverywhere } from "../status/read-everything";
import type { ReadingPorts } from "../status/reading-context";
import { liveChart } from "./live-chart";
import { readLiveSamples } from "./live-samples";
import { LIVE_SCRIPT } from "./live-script";
import { dashboardPage } from "./page";
import { drawParts, type Seen } from "./parts";
import { serveDashboard } from "./server";
import { messageOf } from "../../components/errors";

export interface DashboardOptions {
  stack: string;
  port?: number;
}

/** Files are looked at often, as that costs nothing; state and Render seldom, as each look is a process and some requests. */
const FILES_EVERY_MS = 1_000;
const STATE_EVERY_MS = 20_000;

/** Shows the rollout in a browser until it is interrupted. Changes nothing. */
export async function dashboard(
  desk: Desk,
  openRender: OpenRender,
  ports: ReadingPorts,
  { stack, port }: DashboardOptions,
): Promise<ExitCode> {
  const { directory, terminal, interrupts } = desk;
  const loaded = requireStack(directory, stack);
  const folder = rolloutFolder(directory, stack);
  folder.make();
  const { timeZone } = loaded.config;
  const seen: Seen = {
    stack,
    timeZone,
    rollout: undefined,
    facts: undefined,
    troubles: [],
    updateLog: "",
    live: undefined,
    chart: undefined,
  };
  const kept = readKept(join(directory, ".rollout", stack, "dashboard.json"));
  const view = {
    page: () => dashboardPage(seen),
    parts: () => Object.fromEntries(drawParts(seen).map(({ id, inner }) => [id, inner])),
  };
  const options = { token: kept.token, script: LIVE_SCRIPT };
  const wanted = port ?? kept.port;
  const server = await serveDashboard(view, { ...options, port: wanted }).catch((error: unknown) => {
    // The port of last time is somebody else's now; one that was asked for is not replaced.
    if (port !== undefined || wanted === 0) throw error;
    return serveDashboard(view, { ...options, port: 0 });
  });
  kept.keep(server.port);
  terminal.data(server.address);
  terminal.words(
    "Open this address in a browser on this machine; Ctrl-C ends it. It shows nothing to anybody else.",
  );

  const opening = desk.openEngine(stack).then(async (engine) => ({
    engine,
    redact: await redactorFor(engine),
  }));
  // The key reaches Pulumi, too: what it says then is no failure of the dashboard.
  const opened = await untilInterrupted(interrupts.signal, opening);
  if (opened === undefined) {
    await server.close();
    return EXIT.done;
  }
  const { engine, redact } = opened;
  const lookAtFiles = async () => {
    seen.updateLog = redact(textOfFile(folder.updateLog) ?? "");
    seen.live = readLiveSamples(textOfFile(folder.sampleLog) ?? "", seen.rollout);
    if (seen.live !== undefined) {
      const [wide, narrow] = await Promise.all([
        drawChart(liveChart(seen.live, "wide"), "live-w"),
        drawChart(liveChart(seen.live, "narrow"), "live-n"),
      ]);
      seen.chart = { wide, narrow };
    }
  };
  const lookAtState = async () => {
    const troubles: string[] = [];
    const now = requireStack(directory, stack);
    seen.rollout = await readRecord(now, engine, { now: () => desk.now(), redact }).catch(
      said(troubles, seen.rollout),
    );
    // The baseline is part of the record, and may have come with it.
    await lookAtFiles();
    seen.facts = await factsFromEverywhere(desk, now, { engine, openRender, ports }).catch(
      said(troubles, seen.facts),
    );
    seen.troubles = [...troubles, ...(seen.facts?.notLookedAt ?? [])].map(redact);
  };
  await Promise.all([
    again(lookAtFiles, FILES_EVERY_MS, () => changeOf([folder.updateLog, folder.sampleLog])),
    again(lookAtState, STATE_EVERY_MS, () => undefined),
  ]);
  await server.close();
  return EXIT.done;

  /** @param change what has to differ for another look; undefined: each time. */
  async function again(
    look: () => Promise<void>,
    everyMs: number,
    change: () => string | undefined,
  ): Promise<void> {
    let last: string | undefined;
    while (!interrupts.pressed()) {
      const now = change();
      if (now === undefined || now !== last) {
        last = now;
        await look().catch((error: unknown) => {
          seen.troubles = [redact(messageOf(error))];
        });
        server.refresh();
      }
      await ports.sleep(everyMs, interrupts.signal);
    }
  }
}

function said<T>(troubles: string[], old: T): (error: unknown) => T {
  return (error) => {
    troubles.push(messageOf(error));
    return old;
  };
}

function changeOf(files: readonly string[]): string {
  return files
    .map((file) => {
      try {
        const { mtimeMs, size } = statSync(file);
        return `${mtimeMs} ${size}`;
      } catch {
        return "none";
      }
    })
    .join();
}

/** Token and port of last time, so that an open page goes on after a restart. For the operator's eyes only. */
function readKept(file: string): { token: string; port: number; keep(port: number): void } {
  const found = (() => {
    try {
      return JSON.parse(readFileSync(file, "utf8")) as { token?: unknown; port?: unknown };
    } catch {
      return {};
    }
  })();
  const isToken = typeof found.token === "string" && /^[\w-]{32}$/.test(found.token);
  const token = isToken ? (found.token as string) : randomBytes(24).toString("base64url");
  return {
    token,
    port: typeof found.port === "number" && isToken ? found.port : 0,
    keep: (port) => {
      writeFileSync(file, JSON.stringify({ token, port }), { mode: 0o600 });
    },
  };
}
