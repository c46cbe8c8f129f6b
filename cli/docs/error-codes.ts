import ts from "typescript";

import { ERROR_ADVICE } from "./error-advice";
import { readSources, visitNodes } from "./sources";

/** A code that an error of ours carries, as the sources have it. */
export interface ErrorCode {
  code: string;
  /** Files that raise it. */
  files: string[];
  /** The beginning of what it says; `<…>` stands for what is filled in. Empty where the words come from elsewhere. */
  says: string;
}

const ERRORS = ["RolloutError", "RenderError", "TelegramError", "error"];
const CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

/** Every code that the sources raise, in order of the alphabet. */
export function findErrorCodes(root: string): ErrorCode[] {
  const found = new Map<string, ErrorCode>();
  for (const { file, tree } of readSources(root, ["components", "cli"])) {
    if (!/error\(/i.test(tree.text)) continue;
    visitNodes(tree, (node) => {
      if (!ts.isNewExpression(node) && !ts.isCallExpression(node)) return;
      const [first, second] = node.arguments ?? [];
      if (first === undefined || !ERRORS.includes(node.expression.getText(tree))) return;
      for (const code of codesIn(first)) {
        const entry = found.get(code) ?? { code, files: [], says: "" };
        if (!entry.files.includes(file)) entry.files.push(file);
        if (entry.says === "") entry.says = textOf(second);
        found.set(code, entry);
      }
    });
  }
  return [...found.values()].sort((a, b) => a.code.localeCompare(b.code));
}

/** The page about them. @throws Error where a code has no advice, or an advice no code. */
export function errorPage(codes: readonly ErrorCode[]): string {
  const known = new Set(codes.map(({ code }) => code));
  const silent = codes.filter(({ code }) => ERROR_ADVICE[code] === undefined).map(({ code }) => code);
  const stale = Object.keys(ERROR_ADVICE).filter((code) => !known.has(code));
  if (silent.length > 0) throw new Error(`cli/docs/error-advice.ts says nothing about ${silent.join(", ")}`);
  if (stale.length > 0)
    throw new Error(`cli/docs/error-advice.ts tells of codes that are gone: ${stale.join(", ")}`);
  return [
    "<!-- Made by `npm run docs` from the sources and cli/docs/error-advice.ts; a change made here is lost. -->",
    "# Errors by their code",
    "Below an error stands its code, `[rollout GATE_FAILED]`. What each means, and what to do; the messages in full, with their surroundings, are in [troubleshooting](troubleshooting.md).",
    ...codes.map(section),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n");
}

function section({ code, says }: ErrorCode): string {
  const advice = ERROR_ADVICE[code];
  if (advice === undefined) return "";
  const more =
    advice.more === undefined
      ? ""
      : ` More: [${advice.more.replace(/^.*#/, "").replaceAll("-", " ")}](${advice.more}).`;
  const quote = says === "" ? [] : [`\`\`\`text\n${says}\n\`\`\``];
  return [`## ${code}`, ...quote, `${advice.means} **Do:** ${advice.do}${more}`].join("\n\n");
}

function codesIn(node: ts.Expression): string[] {
  if (ts.isConditionalExpression(node)) return [...codesIn(node.whenTrue), ...codesIn(node.whenFalse)];
  return ts.isStringLiteral(node) && CODE.test(node.text) ? [node.text] : [];
}

const LONGEST = 220;

function textOf(node: ts.Expression | undefined): string {
  const text =
    node === undefined
      ? ""
      : flat(node)
          .replace(/\s+/g, " ")
          .replaceAll(/(<…>)+/g, "<…>")
          .trim();
  if (!/[a-z]{4}/.test(text.replaceAll("<…>", ""))) return "";
  return text.length > LONGEST ? `${text.slice(0, LONGEST).trimEnd()} …` : text;
}

function flat(node: ts.Expression): string {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `<…>${literal.text}`).join("");
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return flat(node.left) + flat(node.right);
  if (ts.isParenthesizedExpression(node)) return flat(node.expression);
  return "<…>";
}
