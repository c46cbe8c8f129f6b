import type { CheckResult } from "../../probes/verdict";
import type { ProviderContext } from "../context";
import { readingOf } from "../migrations/reconcile";
import type { GateInputs } from "./inputs";
import { checkId } from "../../probes/check-id";

/** Whether the database has what is wanted, by its own word; migrations that are kept are named, they fail nothing. */
export async function checkSchema(
  context: ProviderContext,
  { migrations, runner }: GateInputs,
): Promise<CheckResult[]> {
  const ids = migrations.flatMap((group) => group.ids);
  if (ids.length === 0 || runner === undefined) return [];
  const target = migrations.flatMap((group) => group.target);
  const readings = await context.schema.ask(ids, { slowly: target.length > 0 });
  const base = {
    check: checkId("migrations"),
    threshold: target.length === 0 ? "none wanted" : `applied: ${target.join(", ")}`,
    probe: context.schema.how(),
    at: (await context.now()).toISOString(),
  };
  const inState = (state: string) => ids.filter((id) => readingOf(readings, id).state === state);
  const applied = inState("applied");
  const there = [...applied, ...inState("partly")];
  const kept = ids.filter((id) => there.includes(id) && !target.includes(id));
  const observed = applied.join(", ") || "none applied";
  const missing = target.flatMap((id) => {
    const reading = readingOf(readings, id);
    if (reading.state === "partly")
      return [`${id} is only partly there: missing ${reading.missing.join(", ")}`];
    return reading.state === "pending" ? [`${id} is not applied`] : [];
  });
  if (missing.length > 0) return [{ ...base, verdict: "fail", summary: missing.join("; "), observed }];
  const [unknown] = inState("unknown").filter((id) => target.includes(id));
  const silent = unknown === undefined ? undefined : readingOf(readings, unknown);
  if (silent?.state === "unknown") {
    return [{ ...base, verdict: "could-not-measure", summary: `${unknown ?? ""}: ${silent.because}` }];
  }
  if (target.length === 0 && inState("unknown").length === ids.length) {
    return [{ ...base, verdict: "pass", summary: "none wanted; the database was not asked what it has" }];
  }
  const all = target.length === 0 ? "none wanted" : `all ${target.length} applied`;
  const summary = `${all}${kept.length > 0 ? `; there, though not wanted: ${kept.join(", ")}` : ""}`;
  return [{ ...base, verdict: "pass", summary, observed }];
}
