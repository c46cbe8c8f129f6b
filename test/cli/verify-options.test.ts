import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it, vi } from "vitest";

import { RolloutError } from "../../components/errors";
import { stackFile } from "./support/fake-desk";
import {
  healthyBackend,
  healthyFrontend,
  nowhere,
  serve,
  typed,
  verifiedSystem,
} from "./support/verified-system";

const dead = () => verifiedSystem({ backend: "http://127.0.0.1:1", frontend: "http://127.0.0.1:1" });

describe("what cannot be meant is refused with exit code 2, with what was found and what is allowed", () => {
  it.each([
    [[], "name a stack (--stack), or an address (--backend-url, --frontend-url)"],
    [
      ["--stack", "prod", "--samples", "many"],
      "argument 'many' is invalid. Allowed: a whole number from 1 to 1000.",
    ],
    [
      ["--stack", "prod", "--samples", "0"],
      "argument '0' is invalid. Allowed: a whole number from 1 to 1000.",
    ],
    [["--stack", "prod", "--samples", "1e2"], "argument '1e2' is invalid"],
    [
      ["--stack", "prod", "--watch", "--every", "3601"],
      "argument '3601' is invalid. Allowed: a whole number from 1 to 3600.",
    ],
    [["--stack", "prod", "--watch", "--rounds", "-1"], "argument '-1' is invalid"],
    [["--stack", "prod", "--every", "5"], "--every is for --watch; without it there is one look"],
    [["--stack", "prod", "--rounds", "5"], "--rounds is for --watch; without it there is one look"],
    [
      ["--backend-url", "felix.onrender.com"],
      `--backend-url: found "felix.onrender.com"; allowed: a service's address without a path, such as "https://backend.onrender.com"`,
    ],
    [["--backend-url", "ftp://felix.example"], `--backend-url: found "ftp://felix.example"; allowed: `],
    [
      ["--frontend-url", "https://felix.example/app"],
      `--frontend-url: found "https://felix.example/app"; allowed: `,
    ],
    [
      ["--frontend-url", "https://felix.example?a=1"],
      `--frontend-url: found "https://felix.example?a=1"; allowed: `,
    ],
    [["--backend-url", ""], "--backend-url: found an empty text; allowed: "],
    [["--stack", "prod", "--backend-url", "x"], `--backend-url: found "x"; allowed: `],
    [["--stak", "prod"], "unknown option '--stak'"],
  ])("%j", async (args, says) => {
    const { code, said } = await typed(dead(), ...args);
    expect(said).toContain(says);
    expect(code).toBe(2);
  });

  it("an address with a password, which is not repeated", async () => {
    const { code, said } = await typed(dead(), "--backend-url", "https://ada:canary-pass@felix.example");
    expect(code).toBe(2);
    expect(said).toContain("found a text that looks like a secret (not shown)");
    expect(said).not.toContain("canary");
  });

  it("an address of a kind of service that the catalogue does not have", async () => {
    const system = dead();
    const project =
      "name: x\nruntime: nodejs\nconfig:\n  services:\n    value:\n      api: { kind: web_service, healthPath: /h }\n";
    writeFileSync(join(system.desk.directory, "Pulumi.yaml"), `${project}  flags:\n    value: {}\n`);
    const { code, said } = await typed(system, "--frontend-url", "https://felix.example");
    expect(said).toContain("--frontend-url: the catalogue has no static site to look at there");
    expect(code).toBe(2);
  });
});

describe("config that is wrong ends it with exit code 1, before anything is asked", () => {
  it("an unknown stack, with those that there are", async () => {
    const { code, said } = await typed(dead(), "--stack", "prodd");
    expect(code).toBe(1);
    expect(said).toContain(
      `found no file Pulumi.prodd.yaml; allowed: a stack with a file (prod); did you mean "prod"?`,
    );
  });

  it("a value that is none, with its position", async () => {
    const system = dead();
    writeFileSync(join(system.desk.directory, "Pulumi.prod.yaml"), stackFile("apii"));
    system.openRender = async () => {
      throw new RolloutError("ASKED", "Render was asked");
    };
    const { code, said } = await typed(system, "--stack", "prod");
    expect(code).toBe(1);
    expect(said).toContain(`Pulumi.prod.yaml:3:28: phase: found "apii"`);
  });

  it("a catalogue that is none, with its position, where only addresses are given", async () => {
    const system = dead();
    writeFileSync(
      join(system.desk.directory, "Pulumi.yaml"),
      "name: x\nruntime: nodejs\nconfig:\n  services: 7\n",
    );
    const { code, said } = await typed(system, "--backend-url", "https://felix.example");
    expect(code).toBe(1);
    expect(said).toContain("the catalogue is not valid; nothing was looked at:\n");
    expect(said).toContain('Pulumi.yaml:4:13: services: found "7"; allowed: a map with a service or more');
  });
});

it("understands every option together", async () => {
  const back = await serve(healthyBackend());
  const front = await serve(healthyFrontend());
  const system = verifiedSystem({ backend: await nowhere(), frontend: await nowhere() });
  const addresses = ["--backend-url", `${back.url}/`, "--frontend-url", front.url];
  const watched = ["--samples", "2", "--watch", "--every", "1", "--rounds", "1", "--json"];
  const { code, said } = await typed(system, "-s", "prod", ...addresses, ...watched);
  expect([code, said]).toEqual([0, ""]);
  expect(JSON.parse(system.desk.data.join(""))).toMatchObject({ stack: "prod", well: true });
  expect(back.asked.filter((line) => line === "GET /api/orders")).toHaveLength(2 + 2);
});

it("--help names the exit codes, on stdout and with exit code 0", async () => {
  let shown = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    shown += String(text);
    return true;
  });
  const { code } = await typed(dead(), "--help");
  write.mockRestore();
  expect(code).toBe(0);
  expect(shown).toMatch(
    /Exit codes:\n {2}0 {2}nothing is wrong\n {2}1 {2}the operator must act, .*\n {2}2 {2}the command line/,
  );
});
