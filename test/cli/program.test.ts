import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Command } from "commander";
import { describe, expect, it, onTestFinished } from "vitest";

import { completionScript } from "../../cli/completion/script";
import { chooseStack } from "../../cli/shared/choose-stack";
import { commandText } from "../../cli/shared/next-command";
import { throughNpm } from "../../cli/shared/npm-options";
import { quietly } from "../../cli/shared/quietly";
import type { Terminal } from "../../cli/shared/terminal";
import { PROGRAM_COMMANDS } from "./support/program-commands";

const ROOT = join(__dirname, "..", "..");

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "rollout-program-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

function projectWith(...stacks: string[]): string {
  const directory = temporary();
  writeFileSync(join(directory, "Pulumi.yaml"), "name: shop\n");
  for (const stack of stacks) writeFileSync(join(directory, `Pulumi.${stack}.yaml`), "config: {}\n");
  return directory;
}

/** What `pulumi stack select` leaves behind. */
function select(directory: string, stack: string): string {
  const home = join(directory, "home");
  mkdirSync(join(home, "workspaces"), { recursive: true });
  const hash = createHash("sha1").update(join(directory, "Pulumi.yaml")).digest("hex");
  writeFileSync(join(home, "workspaces", `shop-${hash}-workspace.json`), JSON.stringify({ stack }));
  return home;
}

describe("the stack of a command", () => {
  it("is the one that is named", () => {
    const directory = projectWith("prod", "staging");
    expect(chooseStack(directory, "staging", { PULUMI_STACK: "prod" })).toEqual({ stack: "staging" });
    expect(chooseStack(directory, "acme/shop/prod", {})).toEqual({ stack: "acme/shop/prod" });
  });

  it("else the one of PULUMI_STACK, else the one selected in Pulumi, and it is told why", () => {
    const directory = projectWith("prod", "staging");
    const home = select(directory, "acme/shop/staging");
    expect(chooseStack(directory, undefined, { PULUMI_STACK: "prod", PULUMI_HOME: home })).toEqual({
      stack: "prod",
      because: "PULUMI_STACK says so",
    });
    expect(chooseStack(directory, undefined, { PULUMI_HOME: home })).toEqual({
      stack: "acme/shop/staging",
      because: "`pulumi stack select` selected it",
    });
  });

  it("is told by its short name where state knows no other owners", () => {
    const directory = projectWith("prod", "staging");
    const home = select(directory, "organization/shop/prod");
    expect(chooseStack(directory, undefined, { PULUMI_HOME: home }).stack).toBe("prod");
  });

  it("else the only one that has a file; of several none is guessed", () => {
    const none = { PULUMI_HOME: "/nowhere" };
    expect(chooseStack(projectWith("prod"), undefined, none).stack).toBe("prod");
    expect(() => chooseStack(projectWith("prod", "staging"), undefined, none)).toThrow(
      "which stack? None is named or selected: the stacks here are prod, staging. Next: add --stack prod, or `pulumi stack select prod` once.",
    );
  });

  it("is not one that was selected and has no file any more", () => {
    const directory = projectWith("prod", "staging");
    expect(() => chooseStack(directory, undefined, { PULUMI_HOME: select(directory, "old") })).toThrow(
      "which stack?",
    );
  });

  it("that has no file is refused with the closest one that has", () => {
    expect(() => chooseStack(projectWith("prod", "staging"), "stagin", {})).toThrow(
      "--stack stagin: there is no Pulumi.stagin.yaml; did you mean staging? The stacks here are prod, staging",
    );
  });
});

describe("a command line that went through npm without --", () => {
  const command = new Command("x")
    .option("-s, --stack <stack>")
    .option("--to <phase>")
    .option("--auto-rollback")
    .option("-y, --yes")
    .option("--json")
    .option("--offline");
  const through = (argv: string[], kept: Record<string, string>, name = "advance") =>
    throughNpm(name, command, argv, { npm_lifecycle_event: name, npm_config_yes: "", ...kept });

  it.each<[string, string[], Record<string, string>, string]>([
    ["--stack prod", ["prod"], { npm_config_stack: "true" }, "--stack prod"],
    ["--stack=prod --yes", [], { npm_config_stack: "prod", npm_config_yes: "true" }, "--stack prod --yes"],
    ["--auto-rollback", [], { npm_config_auto_rollback: "true" }, "--auto-rollback"],
    // npm completes what begins one of its own options.
    ["--to api", [], { npm_config_token_description: "api" }, "--to api"],
    // npm does not tell the order in which options stood.
    [
      "--stack prod --to=api",
      ["prod"],
      { npm_config_stack: "true", npm_config_token_description: "api" },
      "--stack prod --to api",
    ],
  ])("%s: says exactly what to type", (_typed, argv, kept, options) => {
    expect(through(argv, kept)).toEqual({ retype: `npm run advance -- ${options}` });
  });

  it("is taken as meant where only --json or --offline were kept", () => {
    expect(through([], { npm_config_json: "true", npm_config_offline: "true" })).toEqual({
      argv: ["--json", "--offline"],
    });
  });

  it("never agrees to anything by an npm setting: --yes alone is npm's, and the command asks", () => {
    expect(through([], { npm_config_yes: "true" })).toEqual({ argv: [] });
  });

  it("is left alone where nothing was kept, or another script runs", () => {
    expect(through(["--stack", "prod"], {})).toEqual({ argv: ["--stack", "prod"] });
    expect(
      throughNpm("advance", command, ["x"], { npm_lifecycle_event: "test", npm_config_stack: "true" }),
    ).toEqual({
      argv: ["x"],
    });
  });
});

it("a command is repeated in the way in which it was called", () => {
  expect(commandText("advance", "prod")).toBe("npm run advance -- --stack prod");
  process.env["ROLLOUT_CALLED_AS"] = "./rollout";
  onTestFinished(() => {
    delete process.env["ROLLOUT_CALLED_AS"];
  });
  expect(commandText("rollback", "prod", "--full")).toBe("./rollout rollback --stack prod --full");
});

describe("--quiet", () => {
  const terminal = (printed: string[]): Terminal => ({
    data: (text) => printed.push(text),
    words: (text) => printed.push(text),
    interactive: true,
    ask: async () => undefined,
  });

  it.each([
    [0, []],
    [1, ["a", "b"]],
  ] as const)(
    "prints what there was to say only where somebody must act: exit code %i",
    async (code, expected) => {
      const printed: string[] = [];
      const run = async ({ data, words }: Terminal) => {
        words("a");
        data("b");
        return code;
      };
      expect(await quietly(true, run, terminal(printed))).toBe(code);
      expect(printed).toEqual(expected);
    },
  );
});

describe("completion", () => {
  const commands = [{ name: "status", summary: "where it's at", options: ["--stack", "--json"] }];

  it("bash completes commands, options and stacks", () => {
    const directory = projectWith("prod", "staging");
    const completed = (...words: string[]) =>
      spawnSync(
        "bash",
        [
          "-c",
          `${completionScript("bash", commands)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rollout; echo "\${COMPREPLY[@]}"`,
          "bash",
          ...words,
        ],
        { cwd: directory, encoding: "utf8" },
      ).stdout.trim();
    expect(completed("rollout", "st")).toBe("status");
    expect(completed("rollout", "status", "--j")).toBe("--json");
    expect(completed("rollout", "status", "--stack", "")).toBe("prod staging");
  });

  it("fish and zsh get scripts of their own", () => {
    expect(completionScript("fish", commands)).toContain("-a status -d 'where it\\'s at'");
    expect(completionScript("zsh", commands)).toContain("bashcompinit");
  });
});

describe("the program", () => {
  const rollout = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "rollout"), ...args], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1" },
    });

  it("lists its commands with examples and exit codes", () => {
    const { status, stdout } = rollout("--help");
    expect(status).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
    expect(commands).toEqual([...PROGRAM_COMMANDS, "completion"]);
    for (const word of ["Examples:", "Exit codes:"]) expect(stdout).toContain(word);
  }, 60_000);

  it("has a row for each of its commands in README.md, and an npm script of the same name", () => {
    const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
    const table = read("README.md").split("| `npx rollout …`")[1]?.split("\n\n")[0] ?? "";
    const rows = [...table.matchAll(/^\| (`[^|]*`) +\|/gm)].flatMap(([, names = ""]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(rows.sort()).toEqual([...PROGRAM_COMMANDS].sort());
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const name of PROGRAM_COMMANDS) expect(scripts[name]).toMatch(new RegExp(`cli/${name}\\.ts$`));
  });

  it("guesses what a mistyped command was meant to be", () => {
    const { status, stderr } = rollout("advence");
    expect(status).toBe(2);
    expect(stderr).toBe(
      'error: ./rollout has no command "advence": did you mean advance? Next: ./rollout --help lists them.\n',
    );
  }, 60_000);

  it("runs a command, and names the next one as it was called itself", () => {
    const { status, stdout, stderr } = rollout("status", "--stack", "prod", "--offline");
    expect(status).toBe(0);
    expect(stdout).toContain("prod: phase ");
    expect(stderr).toContain("./rollout status --stack prod asks state and Render, too.");
  }, 60_000);

  it("without package-lock.json says so, and what helps", () => {
    const directory = temporary();
    cpSync(join(ROOT, "cli", "install.mjs"), join(directory, "cli", "install.mjs"), { recursive: true });
    const { status, stderr } = spawnSync(process.execPath, ["cli/install.mjs"], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^package-lock\.json is missing.*\nNext: git checkout -- package-lock\.json/);
    writeFileSync(join(directory, "package-lock.json"), "<<<<<<< HEAD\n");
    mkdirSync(join(directory, "node_modules"));
    writeFileSync(join(directory, "node_modules", ".package-lock.json"), "{}");
    const unreadable = spawnSync(process.execPath, ["cli/install.mjs"], { cwd: directory, encoding: "utf8" });
    expect(unreadable.stderr).toMatch(/^package-lock\.json cannot be read: .*\nNext: /);
    expect(unreadable.stderr).not.toContain("    at ");
  }, 60_000);
});
