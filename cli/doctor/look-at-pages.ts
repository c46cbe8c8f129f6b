import { phaseIndex, type StackConfig } from "../../components/config";
import type { CheckResult } from "../../components/probes/verdict";
import { pagesOf } from "../../components/providers/gate/gate-inputs";
import type { Plan } from "../../components/plan/plan";
import type { OpenPages } from "../shared/open-pages";
import { urlWithPath } from "../verify/look/ports";
import { fine, type Finding } from "./finding";

/**
 * Every page of the catalogue, opened once in a browser. What must be visible is asked of pages of the phases reached alone:
 * before their phase it need not be there.
 * @param urlOf a service's public address by its name on Render; undefined where nobody names one.
 */
export async function lookAtPages(
  config: StackConfig,
  plan: Pick<Plan, "flags">,
  urlOf: (renderName: string) => string | undefined,
  { openPages, now }: { openPages: OpenPages; now: () => Date },
): Promise<Finding[]> {
  const last = (config.pages ?? [])
    .map(({ phase }) => phase)
    .sort((a, b) => phaseIndex(b) - phaseIndex(a))[0];
  if (last === undefined) return [];
  const reached = new Set(pagesOf(config, plan, { phase: config.phase }).pages?.map(({ id }) => id));
  const { pages = [] } = pagesOf(config, plan, { phase: last });
  const opened = pages.flatMap(({ renderName, path, ...page }) => {
    const url = urlOf(renderName);
    return url === undefined
      ? []
      : [{ ...page, expects: reached.has(page.id) ? page.expects : [], url: urlWithPath(url, path) }];
  });
  const seen = opened.length === 0 ? undefined : await openPages(opened, now());
  return pages.map(({ id, renderName }): Finding => {
    if (seen === undefined || urlOf(renderName) === undefined)
      return notAsked(id, `${renderName} has no address here`, "write its address into serviceUrls");
    if ("because" in seen) return withoutBrowser(config, id, seen.because);
    return findingOf(id, seen.checks.get(id) ?? []);
  });
}

/** A gate that cannot open a page goes by its rule, which is known before it comes to that. */
function withoutBrowser({ gates, pages = [] }: StackConfig, id: string, because: string): Finding {
  const phase = pages.find((page) => page.id === id)?.phase ?? "";
  const next = "install Chromium on this machine, or name one in ROLLOUT_BROWSER";
  return gates.couldNotMeasure === "fail"
    ? {
        about: "page",
        name: id,
        result: "mend",
        found: `${because}; run from here, the gate of ${phase} could not measure it and would stop (gates.couldNotMeasure: fail)`,
        next,
      }
    : notAsked(id, because, next);
}

function findingOf(id: string, checks: readonly CheckResult[]): Finding {
  const worst = checks.find(({ verdict }) => verdict === "fail" || verdict === "could-not-measure");
  const warned = checks.find(({ verdict }) => verdict !== "pass");
  const told = checks.map(({ summary }) => summary).join("; ");
  if (worst !== undefined)
    return {
      about: "page",
      name: id,
      result: "mend",
      found: told,
      next: "mend the page, or say what it ignores",
    };
  return warned === undefined
    ? fine("page", id, told)
    : {
        about: "page",
        name: id,
        result: "look",
        found: told,
        next: "know it before the rollout changes anything",
      };
}

function notAsked(id: string, found: string, next: string): Finding {
  return { about: "page", name: id, result: "not-asked", found, next };
}
