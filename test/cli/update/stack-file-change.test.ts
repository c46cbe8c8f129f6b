import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { requireStack } from "../../../cli/shared/load-stack";
import { changeStackFile } from "../../../cli/update/stack-file-change";
import { fakeDesk, STACK, stackFile } from "../support/fake-desk";

function changed(to: string) {
  const desk = fakeDesk({ text: stackFile("api") });
  const change = changeStackFile(desk, requireStack(desk.directory, STACK), to);
  const edit = (text: string) => {
    writeFileSync(join(desk.directory, `Pulumi.${STACK}.yaml`), text);
  };
  return { desk, change, edit };
}

describe("a change of the stack file", () => {
  it("is shown as a diff, written, and can be taken back", () => {
    const { desk, change } = changed(stackFile("ui"));
    expect(desk.file()).toBe(stackFile("ui"));
    expect(desk.said.join("\n")).toContain("+  felix-hub-rollout:phase: ui");
    expect(change.putBack()).toBe(true);
    expect(desk.file()).toBe(stackFile("api"));
  });

  it("is not taken back over what somebody else has written since, and that is said", () => {
    const { desk, change, edit } = changed(stackFile("ui"));
    const theirs = `${stackFile("ui")}# and a colleague's consent\n`;
    edit(theirs);
    expect(change.putBack()).toBe(false);
    expect(desk.file()).toBe(theirs);
    expect(desk.said.at(-1)).toBe(
      "Pulumi.prod.yaml was changed by somebody else meanwhile, so it stays as it is now.",
    );
  });

  it("that changes nothing writes and says nothing, and there is nothing to take back", () => {
    const { desk, change, edit } = changed(stackFile("api"));
    expect(desk.said).toEqual([]);
    edit(stackFile("smoke"));
    expect(change.putBack()).toBe(true);
    expect(desk.file()).toBe(stackFile("smoke"));
  });
});
