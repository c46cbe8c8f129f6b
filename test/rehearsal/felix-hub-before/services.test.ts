import { existsSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import {
  backupCommand,
  faultVariables,
  felixHubServices,
} from "../../../rehearsal/felix-hub-before/services";

const FLAGS = [
  "ENABLE_CAR_NUMBER",
  "ENABLE_PART_CATEGORIES",
  "ENABLE_TG_ADMIN_NOTIFS",
  "ENABLE_TG_MECH_NOTIFS",
  "VITE_ENABLE_MECH_I18N",
  "VITE_ENABLE_UI_REFRESH",
];

describe("felixHubServices", () => {
  it("are the customer's two, with every flag absent or off and variables that are none of the rollout's", () => {
    const services = felixHubServices({ databaseUrl: "postgres://db" });
    expect(services.map(({ name, type }) => [name, type])).toEqual([
      ["felix-hub-backend", "web_service"],
      ["felix-hub-mechanics-frontend", "static_site"],
    ]);
    const variables: Record<string, string> = { ...services[0].envVars, ...services[1].envVars };
    const values = FLAGS.map((flag) => variables[flag]);
    expect(values).toEqual(["false", undefined, "false", undefined, "false", undefined]);
    expect(variables).toMatchObject({
      DATABASE_URL: "postgres://db",
      SECRET_KEY_BASE: expect.any(String) as string,
    });
  });

  it("name programs that are there", () => {
    const [web, site] = felixHubServices({ databaseUrl: "postgres://db" });
    for (const { command, cwd } of [web.start, site.build]) {
      expect(command[0]).toBe(process.execPath);
      expect(existsSync(join(cwd, command[1]!)) || existsSync(command[1]!)).toBe(true);
    }
    expect(existsSync(backupCommand("out")[1]!)).toBe(true);
    expect(web.jobs?.cwd).toBe(web.start.cwd);
  });

  it("keep bugs and seed out of what the API shows, and change with the options only where they must", () => {
    const faults = [{ flag: "ENABLE_CAR_NUMBER", kind: "slow", percent: 30 }] as const;
    const [plain] = felixHubServices({ databaseUrl: "postgres://db" });
    const [buggy] = felixHubServices({
      databaseUrl: "postgres://db",
      faults,
      seed: 7,
      telegramUrl: "http://telegram",
    });
    expect(buggy.start.env).toEqual({ ...faultVariables(faults), FELIX_SEED: "7" });
    expect(buggy.envVars).toEqual({ ...plain.envVars, TELEGRAM_API_URL: "http://telegram" });
  });
});
