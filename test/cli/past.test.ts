import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

import type { Stack } from "@pulumi/pulumi/automation";
import { describe, expect, it, onTestFinished } from "vitest";

import { pastOf } from "../../cli/engine/past";
import { readHistory } from "../../cli/log/read-history";
import { readStanding } from "../../cli/shared/standing";

/** Two updates as the Pulumi CLI 3.255 left them in a local folder, with a few of their resources: an advance, and one that failed. */
const RECORDED = join(__dirname, "fixtures", "local-backend");
/** What `pulumi stack history --json` says of them, newest first. */
const HISTORY = join(__dirname, "fixtures", "stack-history.json");
const PROJECT = "felix-hub-rollout";

/** A local backend that holds what was recorded. @param change what differs from it. */
function backend(change: (folder: string) => void = () => undefined) {
  const root = mkdtempSync(join(tmpdir(), "rollout-past-"));
  onTestFinished(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const folder = join(root, ".pulumi", "history", PROJECT, "rehearsal");
  mkdirSync(folder, { recursive: true });
  cpSync(RECORDED, folder, { recursive: true });
  // Beside each file the backend keeps what it knows of it.
  for (const file of readdirSync(folder)) writeFileSync(join(folder, `${file}.attrs`), "{}");
  change(folder);
  const history = (JSON.parse(readFileSync(HISTORY, "utf8")) as { startTime: string; endTime: string }[]).map(
    // As the Automation API does.
    ({ startTime, endTime, ...rest }) => ({
      ...rest,
      startTime: new Date(startTime),
      endTime: new Date(endTime),
    }),
  );
  const stack = {
    name: "rehearsal",
    history: async () => history,
    workspace: {
      workDir: root,
      whoAmI: async () => ({ url: pathToFileURL(root).href }),
      projectSettings: async () => ({ name: PROJECT }),
    },
  } as unknown as Stack;
  return pastOf(stack, "pulumi", (action) => action());
}

describe("the past of a stack in a local folder, as the CLI keeps it", () => {
  it("has its updates with who, what, and how each ended", async () => {
    const updates = readHistory(await backend().updates(), PROJECT);
    expect(
      updates.map(({ number, title, by, command, result, phase }) => ({
        number,
        title,
        by,
        command,
        result,
        phase,
      })),
    ).toEqual([
      {
        number: 1,
        title: "advance to api",
        by: "Ada",
        command: "advance",
        result: "succeeded",
        phase: "api",
      },
      { number: 2, title: "advance to ui", by: "Ada", command: "advance", result: "failed", phase: "ui" },
    ]);
    expect(updates.map(({ startedAt }) => startedAt)).toEqual([
      "2026-11-27T20:06:30.000Z",
      "2026-11-27T20:07:27.000Z",
    ]);
  });

  it("has the state that each update left, oldest first, also where it is compressed", async () => {
    const compress = (folder: string) => {
      for (const file of readdirSync(folder).filter((each) => each.endsWith(".checkpoint.json"))) {
        writeFileSync(join(folder, `${file}.gz`), gzipSync(readFileSync(join(folder, file))));
        rmSync(join(folder, file));
      }
    };
    for (const past of [backend(), backend(compress)]) {
      const states = await past.states(await past.updates());
      expect(states.map((state) => readStanding(state ?? []).flags.get("ENABLE_UI_REFRESH")?.value)).toEqual([
        "false",
        "true",
      ]);
      const [first] = states;
      expect(readStanding(first ?? []).flags.get("ENABLE_CAR_NUMBER")).toMatchObject({
        value: "true",
        writtenAt: "2026-11-24T21:01:20.370Z",
        succeeded: true,
      });
    }
  });

  it("is not known, and never guessed, where a state is missing or cannot be read", async () => {
    const one = backend((folder) => {
      const [file = ""] = readdirSync(folder).filter((each) => each.endsWith(".checkpoint.json"));
      rmSync(join(folder, file));
    });
    await expect(one.states(await one.updates())).resolves.toEqual([undefined, undefined]);
    const broken = backend((folder) => {
      const [file = ""] = readdirSync(folder).filter((each) => each.endsWith(".checkpoint.json"));
      writeFileSync(join(folder, file), "{");
    });
    const [first, second] = await broken.states(await broken.updates());
    expect(first).toBeUndefined();
    expect(second?.length).toBeGreaterThan(0);
  });
});
