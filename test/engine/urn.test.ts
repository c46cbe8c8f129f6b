import { describe, expect, it } from "vitest";
import { deleteGroups, dependentsOf } from "../../rehearsal/engine/steps/delete-order";
import { aliasUrns, createUrn } from "../../rehearsal/engine/steps/urn";

const place = { stack: "dev", project: "toy" };
const stack = "urn:pulumi:dev::toy::pulumi:pulumi:Stack::toy-dev";
const group = "urn:pulumi:dev::toy::x:y:Group::group";

describe("a resource's URN", () => {
  it("has the types of its parents, but not the stack's", () => {
    expect(createUrn(place, stack, "a:b:C", "c")).toBe("urn:pulumi:dev::toy::a:b:C::c");
    expect(createUrn(place, group, "a:b:C", "c")).toBe("urn:pulumi:dev::toy::x:y:Group$a:b:C::c");
  });

  it("may have been another: other name, other parent, whole other URN", () => {
    const resource = { type: "a:b:C", name: "c", parent: group };
    const none = { name: "", type: "", stack: "", project: "", parent: "", noParent: false };
    const aliases = [{ urn: "urn:x" }, { ...none, name: "old" }, { ...none, noParent: true }];
    expect(aliasUrns(place, { ...resource, aliases }, undefined)).toEqual([
      "urn:x",
      "urn:pulumi:dev::toy::x:y:Group$a:b:C::old",
      "urn:pulumi:dev::toy::a:b:C::c",
    ]);
  });

  it("may have been another below an earlier parent, though the SDK names the present one", () => {
    const none = { name: "", stack: "", project: "", noParent: false };
    const child = {
      type: "a:b:C",
      name: "c",
      parent: group,
      aliases: [{ ...none, type: "old:b:C", parent: group }],
    };
    expect(aliasUrns(place, child, "urn:pulumi:dev::toy::old:y:Group::group")).toEqual([
      "urn:pulumi:dev::toy::x:y:Group$old:b:C::c",
      "urn:pulumi:dev::toy::old:y:Group$a:b:C::c",
      "urn:pulumi:dev::toy::old:y:Group$old:b:C::c",
    ]);
  });

  it("follows its parent's earlier name, also where it is named after it", () => {
    const child = { type: "a:b:C", name: "group-child", parent: group, aliases: [] };
    expect(aliasUrns(place, child, "urn:pulumi:dev::toy::x:y:Group::team")).toEqual([
      "urn:pulumi:dev::toy::x:y:Group$a:b:C::team-child",
    ]);
  });
});

describe("the order of deletions", () => {
  const state = (urn: string, dependencies: string[] = [], provider?: string) => ({
    urn,
    custom: true,
    type: "t",
    inputs: {},
    outputs: {},
    dependencies,
    ...(provider === undefined ? {} : { provider }),
  });

  it("puts together what does not need each other, dependents before what they need", () => {
    const states = [
      state("provider"),
      state("a", [], "provider::1"),
      state("b", [], "provider::1"),
      state("c", ["a"], "provider::1"),
    ];
    const groups = deleteGroups(states.map((one) => ({ state: one })));
    expect(groups.map((members) => members.map(({ state: { urn } }) => urn))).toEqual([
      ["c"],
      ["a", "b"],
      ["provider"],
    ]);
  });

  it("finds everything that needs a resource, directly or not", () => {
    const states = [state("a"), state("b", ["a"]), state("c", ["b"]), state("d")];
    expect(dependentsOf("a", states).map(({ urn }) => urn)).toEqual(["b", "c"]);
  });
});
