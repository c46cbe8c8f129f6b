import { describe, expect, it } from "vitest";

import { judgeByRender, type EvidenceFacts } from "../../components/providers/flag-evidence";
import { AT, liveDeploy } from "../support/fake-context";

const facts: EvidenceFacts = {
  service: "shop",
  reason: "it cannot",
  declared: { A: "true" },
  values: new Map([["A", "true"]]),
  groupValues: new Map(),
  deploys: [liveDeploy("dep-1", AT)],
  deployId: "dep-1",
};

const CANNOT = "shop cannot report its flags (it cannot)";
const RESTS = `${CANNOT}, so this rests on Render alone: `;
const judge = (more: Partial<EvidenceFacts>) => judgeByRender({ ...facts, ...more });

describe("what Render alone tells of a service's flags", () => {
  it.each<[string, Partial<EvidenceFacts>]>([
    ["the value stands there", {}],
    ["an environment group sets it", { values: new Map(), groupValues: new Map([["A", "true"]]) }],
    ["the service's own variable goes before a group's", { groupValues: new Map([["A", "false"]]) }],
    ["absent means on, by config", { values: new Map(), unset: { A: "on" } }],
    ["absent means off", { values: new Map(), declared: { A: "false" } }],
    ["absent means off, by config", { values: new Map(), declared: { A: "false" }, unset: { A: "off" } }],
    ["the groups could not be read, and nothing is absent", { groupValues: undefined }],
  ])("is a pass: %s", (_case, more) => {
    expect(judge(more)).toEqual({
      verdict: "pass",
      summary: `${RESTS}its values are as declared, and the live deploy dep-1 is newer than the last write`,
    });
  });

  it.each<[Partial<EvidenceFacts>, string]>([
    [{ values: new Map([["A", "false"]]) }, 'A is "false" on Render, declared "true"'],
    [{ declared: { A: "false" } }, 'A is "true" on Render, declared "false"'],
    [{ values: new Map([["A", "beta"]]) }, 'A is something else on Render, declared "true"'],
    [{ values: new Map() }, 'A is absent on Render, declared "true"'],
    [
      { values: new Map(), declared: { A: "false" }, unset: { A: "on" } },
      'A is absent on Render, declared "false"',
    ],
    [
      { values: new Map(), declared: { A: "false" }, unset: { A: "unknown" } },
      'A is absent on Render, declared "false"',
    ],
    [
      { declared: { A: "false", B: "true" } },
      'A is "true" on Render, declared "false"; B is absent on Render, declared "true"',
    ],
  ])("is a fail where values differ: %#", (more, words) => {
    expect(judge(more)).toEqual({ verdict: "fail", summary: `${CANNOT}: ${words}` });
  });

  it("is no answer where a group that cannot be read may set what is absent", () => {
    const more = { declared: { A: "true", B: "false", C: "false" }, groupValues: undefined };
    expect(judge(more)).toEqual({
      verdict: "could-not-measure",
      summary: `${CANNOT}, and whether an environment group sets B, C could not be seen`,
    });
  });

  it.each<[string, Partial<EvidenceFacts>, string, string]>([
    ["nothing is live", { deploys: [] }, "fail", "its values are as declared, and no deploy of it is live"],
    [
      "a rollback on Render is live",
      { deploys: [liveDeploy("dep-2", AT, { trigger: "rollback" })] },
      "fail",
      "the live deploy dep-2 is a rollback and runs with the variables of an earlier deploy",
    ],
    [
      "state was not read",
      { deployId: undefined },
      "could-not-measure",
      "its values are as declared; whether the live deploy dep-1 is newer than the last write is not known, as state was not read",
    ],
    [
      "an older deploy is live",
      { deploys: [liveDeploy("dep-1", AT, { status: "update_failed" }), liveDeploy("dep-0", AT - 1)] },
      "fail",
      "the live deploy dep-0 is older than the last write (deploy dep-1 followed it)",
    ],
    [
      "one of the same moment is no newer",
      { deploys: [liveDeploy("dep-1", AT, { status: "update_failed" }), liveDeploy("dep-0", AT)] },
      "fail",
      "the live deploy dep-0 is older than the last write (deploy dep-1 followed it)",
    ],
  ])("looks at what is live: %s", (_case, more, verdict, words) => {
    expect(judge(more)).toEqual({ verdict, summary: `${RESTS}${words}` });
  });

  it.each<[string, Partial<EvidenceFacts>]>([
    [
      "a later one",
      { deploys: [liveDeploy("dep-2", AT + 1), liveDeploy("dep-1", AT, { status: "deactivated" })] },
    ],
    ["one so much later that ours has left the list", { deploys: [liveDeploy("dep-2", AT + 1)] }],
  ])("a live deploy that followed ours has its variables, too: %s", (_case, more) => {
    expect(judge(more)).toMatchObject({ verdict: "pass" });
  });

  it("a rollback that state itself knows as the last deploy counts", () => {
    expect(judge({ deploys: [liveDeploy("dep-1", AT, { trigger: "rollback" })] })).toMatchObject({
      verdict: "pass",
    });
  });
});
