import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { GATE_CHECKS } from "../../components/config/gate-checks";
import { commandsIn, optionsOf } from "./commands";
import { CONFIG_KEYS, findSchema, isConfig, leavesOf, problemsOf } from "./config-examples";
import { inventedParts, readMessages } from "./messages";
import { linksOf, parsePage, readPages, ROOT, spansOf, type Page } from "./pages";

const pages = readPages();
const page = (file: string) => pages.find((each) => each.file === file)!;

describe.each(pages)("$file", (own) => {
  it("names only commands that package.json has, with options that they take", () => {
    const wrong = commandsIn(own.text).flatMap(({ script, options }) => {
      const known = optionsOf(script);
      return options
        .filter((option) => !known.includes(option))
        .map((option) => `npm run ${script} ${option}`);
    });
    expect(wrong).toEqual([]);
  });

  it("names only config keys that the schema knows", () => {
    const full = [...own.text.matchAll(/felix-hub-rollout:([A-Za-z]+)/g)].map(([, key = ""]) => key);
    const dotted = spansOf(own)
      .map((span) => span.replace(/:.*$/, ""))
      .filter((span) => /^[a-z][A-Za-z]*(\.[A-Za-z<>]+)+$/.test(span))
      .filter((span) => CONFIG_KEYS.includes(span.split(".")[0] ?? ""));
    expect(full.filter((key) => !CONFIG_KEYS.includes(key))).toEqual([]);
    expect(dotted.filter((key) => findSchema(key) === undefined)).toEqual([]);
  });

  it("has only examples that config accepts", () => {
    for (const { language, text, line } of own.blocks) {
      if (language !== "yaml" || !isConfig(text)) continue;
      expect(`${own.file}:${line} ${problemsOf(text)}`).toBe(`${own.file}:${line} `);
    }
  });

  it("links only to files and headings that exist", () => {
    expect(linksOf(own).filter((target) => !leadsSomewhere(own, target))).toEqual([]);
  });

  it("quotes only messages that the code says", () => {
    const messages = readMessages();
    const invented = own.blocks
      .filter(({ language }) => language === "text")
      .flatMap(({ text }) => text.split("\n").flatMap((line) => inventedParts(line, messages)));
    expect(invented).toEqual([]);
  });
});

it("CONTRIBUTING.md names only files and folders that exist", () => {
  const folders = ["bench", "cli", "components", "docs", "rehearsal", "test"];
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).map(
      (file) => `/${folder}/${file.replaceAll(path.sep, "/")}`,
    ),
  );
  const named = spansOf(page("CONTRIBUTING.md"))
    .flatMap((span) => span.split(" "))
    .filter(
      (word) => /^[a-z][\w./-]*(\/|\.(ts|cjs|mjs|json|md))$/.test(word) || /^(test|components)\//.test(word),
    )
    .map((word) => word.replace(/\/$/, ""))
    .filter((word) => !word.includes("*"));
  expect(named.length).toBeGreaterThan(60);
  const known = (word: string) => files.some((file) => file.endsWith(`/${word}`));
  expect(named.filter((word) => !known(word) && !existsSync(path.join(ROOT, word)))).toEqual([]);
});

describe("docs/gates.md", () => {
  const gates = page("docs/gates.md");
  const rows = gates.prose.split("\n").flatMap((line) => {
    const [, key = "", preset = ""] = /^\| `([\w.<>]+)` +\| ([^|]*?) +\|/.exec(line) ?? [];
    return key === "" ? [] : [{ key, preset }];
  });

  it("tells of every key that gates go by", () => {
    const keys = [
      ...[
        "soak",
        "thresholds",
        "gates",
        "sampling",
        "smoke",
        "pages",
        "smokeCommand",
        "prerequisites",
        "criticalLogs",
        "notifications",
      ],
      ...["schedule", "scheduleOverride", "telegram", "rebaseline", "acknowledged"],
    ];
    const told = rows.map(({ key }) => key);
    expect(keys.flatMap(leavesOf).filter((leaf) => !told.includes(leaf))).toEqual([]);
  });

  it("names every check that an override can name", () => {
    const [, part = ""] = gates.prose.split(/^## Checks by name$/m);
    const table = part.split(/^## /m)[0] ?? "";
    const named = [...table.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
    expect(GATE_CHECKS.filter((kind) => !named.includes(kind))).toEqual([]);
  });

  it("names the defaults that the schema names", () => {
    const differing = rows.flatMap(({ key, preset }) => {
      const named = /Default: (.+?)\.?$/.exec(findSchema(key)?.description ?? "")?.[1];
      const plain = (text: string) => text.replaceAll(/["`]/g, "");
      return named === undefined || plain(named) === plain(preset) ? [] : [{ key, preset, named }];
    });
    expect(rows.length).toBeGreaterThan(30);
    expect(differing).toEqual([]);
  });
});

describe("the checks themselves", () => {
  const text = [
    "# A page",
    "Run `npm run advance -- --stack prod --fast`, then [look](gates.md#nowhere) at `gates.noDate`.",
    "```yaml\nconfig:\n  felix-hub-rollout:hold: [ENABLE_NOTHING]\n```",
    "```text\nerror: the gate was in a bad mood <today>\n```",
  ].join("\n");
  const wrong = parsePage("docs/wrong.md", text);

  it("see a wrong option, link, key, example and message", () => {
    expect(commandsIn(text)).toEqual([{ script: "advance", options: ["--", "--stack", "--fast"].slice(1) }]);
    expect(optionsOf("advance")).not.toContain("--fast");
    expect(() => optionsOf("fly")).toThrow(/no script "fly"/);
    expect(linksOf(wrong).map((target) => leadsSomewhere(wrong, target))).toEqual([false]);
    expect(findSchema("gates.noDate")).toBeUndefined();
    expect(problemsOf(wrong.blocks[0]!.text)).toContain("ENABLE_NOTHING");
    expect(inventedParts("error: the gate was in a bad mood <today>", readMessages())).toEqual([
      "the gate was in a bad mood",
    ]);
  });
});

function leadsSomewhere({ file }: Page, target: string): boolean {
  const [name = "", anchor] = target.split("#");
  const to = name === "" ? file : path.posix.join(path.posix.dirname(file), name);
  if (!existsSync(path.join(ROOT, to))) return false;
  return anchor === undefined || (pages.find((each) => each.file === to)?.anchors.includes(anchor) ?? false);
}
