import type { QueryAnswer } from "../types";
import type { FactState } from "./judge-fact";

/** Two rows are enough to tell "rows" from "one value". */
export function queryOfFact(sql: string): string {
  return `SELECT * FROM (${sql.replace(/[;\s]+$/, "")}\n) AS asked LIMIT 2`;
}

/** Shown: true, a number other than 0, or rows. Not shown: false, 0, null, no row. A text that may mean either is unclear. */
export function judgeQuery(sql: string, answer: QueryAnswer): FactState {
  const text = `query "${sql.replaceAll(/\s+/g, " ").slice(0, 80)}"`;
  if ("failed" in answer)
    return { state: "unclear", text, because: `${text} failed: ${answer.failed.message}` };
  const [row, ...more] = answer.rows;
  if (row === undefined) return { state: "absent", text };
  const values = Object.values(row);
  if (more.length > 0 || values.length !== 1) return { state: "there", text };
  const [value] = values;
  if (value === null || value === false || value === 0) return { state: "absent", text };
  const told = typeof value === "string" ? value : JSON.stringify(value);
  if (typeof value !== "boolean" && typeof value !== "number" && MAY_MEAN_NO.test(told)) {
    const because = `${text} answers with the text "${told}": let it answer true or false, a number, or rows`;
    return { state: "unclear", text, because };
  }
  return { state: "there", text };
}

const MAY_MEAN_NO =
  /^\s*(0+(\.0+)?|f|false|n|no|off|null|none|nil|nan|n\/a|-+|pending|absent|missing|not .*|\{\}|\[\]|)\s*$/i;
