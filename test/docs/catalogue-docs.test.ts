import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { formatProblems, loadStackConfig } from "../../components/config";
import { codeDocs, DOCS_FOLDER, DOCS_STACK } from "../../cli/docs";
import { errorPage, findErrorCodes } from "../../cli/docs/error-codes";
import { roomDiagram } from "../../cli/docs/room-graph";
import { catalogueDocs } from "../../cli/docs/pages";
import { storyConfig } from "../log/story";

const root = join(__dirname, "..", "..");

/** Lines that differ, without those that are the same in both. */
function changed(before: Record<string, string>, after: Record<string, string>): string[] {
  return Object.entries(after).flatMap(([name, text]) => {
    const old = (before[name] ?? "").split("\n");
    return text.split("\n").flatMap((line) => (old.includes(line) ? [] : [`${name}: ${line}`]));
  });
}

describe("pages made from the catalogue", () => {
  test("are as the catalogue says: run `npm run docs` when this fails", () => {
    const parsed = loadStackConfig({ dir: root, stack: DOCS_STACK });
    if (!parsed.ok) throw new Error(formatProblems(parsed.problems));
    const made = catalogueDocs(parsed.config);
    expect(readdirSync(join(root, DOCS_FOLDER)).sort()).toEqual(Object.keys(made).sort());
    for (const [name, text] of Object.entries(made))
      expect(readFileSync(join(root, DOCS_FOLDER, name), "utf8"), name).toBe(text);
  });

  test("operating the stack changes none of them: phase, hold and signatures are not in them", () => {
    const config = storyConfig();
    const acknowledged = { "team-informed": { date: "2026-11-24", by: "Ada", text: "2026-11-24 by Ada" } };
    const operated = { ...config, phase: "ui" as const, hold: ["ENABLE_CART"], acknowledged };
    expect(catalogueDocs(operated)).toEqual(catalogueDocs(config));
  });

  test("a threshold changes exactly the sentences that name it", () => {
    const config = storyConfig();
    const { thresholds } = config;
    const stricter = { ...thresholds, immediate: { ...thresholds.immediate, errorRatePercent: 4.5 } };
    const lines = changed(catalogueDocs(config), catalogueDocs({ ...config, thresholds: stricter }));
    expect(lines.map((line) => line.split(":")[0])).toEqual(["plan.md", "quick-reference.md"]);
    for (const line of lines)
      expect(line).toContain("above 4.5 %".replace("above", line.startsWith("plan") ? "Above" : "above"));
  });

  test("a flag's purpose changes exactly the sentences about this flag", () => {
    const config = storyConfig();
    const flags = config.flags.map((flag) =>
      flag.key === "ENABLE_CART" ? { ...flag, purpose: "A basket" } : flag,
    );
    const lines = changed(catalogueDocs(config), catalogueDocs({ ...config, flags }));
    expect(lines.map((line) => line.split(":")[0])).toEqual(["plan.md", "flags.md", "flags.md"]);
    for (const line of lines) expect(line).toContain("A basket");
  });
});

describe("pages made from the code", () => {
  test("are as the code is: run `npm run docs` when this fails", { timeout: 60_000 }, () => {
    for (const [file, text] of Object.entries(codeDocs(root)))
      expect(readFileSync(join(root, file), "utf8"), file).toBe(text);
  });

  test("tell of every code that an error carries, and refuse one that nobody has explained", () => {
    const codes = findErrorCodes(root);
    expect(codes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["GATE_FAILED", "GATE_REFUSED", "RENDER_REFUSED", "TELEGRAM_CHAT_MOVED"]),
    );
    expect(() => errorPage([...codes, { code: "NOBODY_KNOWS", files: [], says: "" }])).toThrow(
      /NOBODY_KNOWS/,
    );
    expect(() => errorPage(codes.slice(1))).toThrow(codes[0]!.code);
  });

  test("draw an arrow for each import between rooms, and the process border as another kind", () => {
    const drawn = roomDiagram([{ from: "plan", to: "config" }]).split("\n");
    expect(drawn.filter((line) => line.includes("-->"))).toEqual(["  plan --> config"]);
    expect(drawn).toContain("  resources -.->|process border| providers");
  });
});
