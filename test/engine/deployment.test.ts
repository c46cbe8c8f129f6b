import { describe, expect, it } from "vitest";
import { emptyGoal } from "../../rehearsal/engine/monitor/goal";
import { PartialFailure } from "../../rehearsal/engine/provider/provider";
import { asSecret } from "../../rehearsal/engine/values/property-value";
import { replacedBy } from "./support/fake-provider";
import { from, ToyStack, toyType, toyUrn } from "./support/toy-stack";

describe("what a declaration leads to", () => {
  it("creates what is new, leaves what is the same, updates what differs, deletes what is gone", async () => {
    const stack = new ToyStack();
    const first = await stack.run(async (declare) => {
      await declare("kept", { inputs: { value: "1" } });
      await declare("changed", { inputs: { value: "1" } });
      await declare("dropped", { inputs: { value: "1" } });
    });
    expect(first.steps).toEqual(["create kept", "create changed", "create dropped"]);

    const second = await stack.run(async (declare) => {
      await declare("kept", { inputs: { value: "1" } });
      await declare("changed", { inputs: { value: "2" } });
    });
    expect(second.steps).toEqual(["same kept", "update changed", "delete dropped"]);
    expect(second.changes).toEqual({ same: 1, update: 1, delete: 1 });
    expect(stack.names()).toEqual(["kept", "changed"]);
  });

  it("a preview asks for checks and diffs, but makes nothing and saves nothing", async () => {
    const stack = new ToyStack();
    const run = await stack.run((declare) => declare("a", { inputs: { value: "1" } }), {
      preview: true,
    });
    expect(run.steps).toEqual(["create a"]);
    expect(stack.provider.calls).toEqual([]);
    expect(stack.saves).toEqual([]);
  });

  it("replaces by creating first, and deletes the original at the end", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy("place");
    await stack.run((declare) => declare("a", { inputs: { place: "here" } }));
    const run = await stack.run((declare) => declare("a", { inputs: { place: "there" } }));
    expect(run.steps).toEqual(["create-replacement a", "replace a", "delete-replaced a"]);
    expect(run.changes).toEqual({ replace: 1 });
    expect(stack.names()).toEqual(["a"]);
    expect(stack.resource("a").outputs["place"]).toBe("there");
  });

  it("hands the program the outputs of the replacement", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy("place");
    await stack.run((declare) => declare("a", { inputs: { place: "here" } }));
    let outputs = {};
    await stack.run(async (declare) => {
      outputs = (await declare("a", { inputs: { place: "there" } })).outputs;
    });
    expect(outputs).toEqual({ place: "there", made: true });
  });

  it("with deleteBeforeReplace, what would be replaced with it goes first and comes back after it", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy("place");
    const program = (place: string) => async (declare: Parameters<Parameters<ToyStack["run"]>[0]>[0]) => {
      await declare("base", { inputs: { place }, deleteBeforeReplace: true });
      await declare("onTop", from("base", { place }));
      await declare("aside", { ...from("base", {}), inputs: { value: "1" } });
    };
    await stack.run(program("here"));
    stack.provider.calls.length = 0;
    const run = await stack.run(program("there"));
    expect(run.steps).toEqual([
      "delete-replaced onTop",
      "delete-replaced base",
      "replace base",
      "create-replacement base",
      "replace onTop",
      "create-replacement onTop",
      "same aside",
    ]);
    expect(stack.provider.calls).toEqual(["delete onTop", "delete base", "create base", "create onTop"]);
    expect(stack.names().sort()).toEqual(["aside", "base", "onTop"]);
  });

  it("replaceOnChanges makes a replacement of an update", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy();
    const declared = (value: string) => ({ inputs: { value }, replaceOnChanges: ["value"] });
    await stack.run((declare) => declare("a", declared("1")));
    const run = await stack.run((declare) => declare("a", declared("2")));
    expect(run.changes).toEqual({ replace: 1 });
  });

  it("ignoreChanges keeps the old value, also before the provider checks it", async () => {
    const stack = new ToyStack();
    const declared = (value: string) => ({ inputs: { value, other: "x" }, ignoreChanges: ["value"] });
    await stack.run((declare) => declare("a", declared("1")));
    const run = await stack.run((declare) => declare("a", declared("2")));
    expect(run.steps).toEqual(["same a"]);
    expect(stack.resource("a").inputs["value"]).toBe("1");
  });

  it("an alias carries a resource over to its new name, with what refers to it", async () => {
    const stack = new ToyStack();
    await stack.run(async (declare) => {
      await declare("old", { inputs: { value: "1" } });
      await declare("child", from("old", { value: "1" }));
    });
    const run = await stack.run(async (declare) => {
      await declare("new", { inputs: { value: "1" }, aliases: [{ urn: toyUrn("old") }] });
      await declare("child", from("new", { value: "1" }));
    });
    expect(run.steps).toEqual(["same new", "same child"]);
    expect(stack.names()).toEqual(["new", "child"]);
  });

  it("a protected resource is not deleted, and neither is what it needs", async () => {
    const stack = new ToyStack();
    await stack.run(async (declare) => {
      await declare("base");
      await declare("guarded", { protect: true, dependencies: [toyUrn("base")] });
    });
    const run = await stack.run(() => Promise.resolve());
    expect(run.failed).toBe(true);
    expect(run.errors[0]).toContain(
      `resource "${toyUrn("guarded")}" cannot be deleted\nbecause it is protected`,
    );
    expect(stack.names()).toEqual(["base", "guarded"]);
    expect(stack.provider.calls).not.toContain("delete guarded");
  });

  it("a protected resource is not replaced either", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy("place");
    const program = (place: string) =>
      stack.run((declare) => declare("a", { inputs: { place }, protect: true }));
    await program("here");
    expect((await program("there")).errors[0]).toContain("as it is currently marked for protection");
  });

  it("retainOnDelete and deletedWith forget without asking the provider", async () => {
    const stack = new ToyStack();
    await stack.run(async (declare) => {
      await declare("host");
      await declare("guest", { deletedWith: toyUrn("host") });
      await declare("kept", { retainOnDelete: true });
    });
    stack.provider.calls.length = 0;
    const run = await stack.run(async () => undefined);
    expect(run.changes).toEqual({ delete: 3 });
    expect(stack.provider.calls).toEqual(["delete host"]);
  });

  it("deletes dependents before what they depend on", async () => {
    const stack = new ToyStack();
    await stack.run(async (declare) => {
      await declare("base");
      await declare("middle", { dependencies: [toyUrn("base")] });
      await declare("top", { dependencies: [toyUrn("middle")] });
    });
    const run = await stack.run(async () => undefined);
    expect(run.steps).toEqual(["delete top", "delete middle", "delete base"]);
  });

  it("two resources of one name are refused", async () => {
    const run = await new ToyStack().run(async (declare) => {
      await declare("twin");
      await declare("twin");
    });
    expect(run.errors).toEqual([`Duplicate resource URN '${toyUrn("twin")}'; try giving it a unique name`]);
  });

  it("steps that do not wait for each other run at the same time", async () => {
    const stack = new ToyStack();
    let running = 0;
    let most = 0;
    stack.provider.behaviour.create = async (_urn, inputs) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { id: "x", outputs: inputs };
    };
    await stack.run((declare) => Promise.all(["a", "b", "c"].map((name) => declare(name))));
    expect(most).toBe(3);
  });

  it("packages that cannot be run here are refused by name", async () => {
    const run = await new ToyStack().run((declare) => declare("b", { type: "aws:s3/bucket:Bucket" }));
    expect(run.errors).toEqual([
      "embedded engine: only dynamic resources and command:local:Command can be run here, not aws:s3/bucket:Bucket; use the Pulumi CLI",
    ]);
  });
});

describe("secrets", () => {
  it("reach the provider in clear and the state marked, also where the provider returned them in clear", async () => {
    const stack = new ToyStack();
    const seen: unknown[] = [];
    stack.provider.behaviour.create = async (_urn, inputs) => {
      seen.push(inputs["token"]);
      return { id: "1", outputs: { ...inputs, url: "https://token@example.org" } };
    };
    await stack.run((declare) =>
      declare("a", {
        inputs: { token: asSecret("s3cr3t") },
        additionalSecretOutputs: ["url"],
      }),
    );
    expect(seen).toEqual(["s3cr3t"]);
    expect(stack.resource("a").outputs).toEqual({
      token: asSecret("s3cr3t"),
      url: asSecret("https://token@example.org"),
    });
  });
});

describe("failures", () => {
  it("a failed create keeps what is done, leaves the rest, and deletes nothing", async () => {
    const stack = new ToyStack();
    await stack.run((declare) => declare("old"));
    stack.provider.behaviour.create = async (urn, inputs) => {
      if (urn.endsWith("::bad")) throw new Error("2 UNKNOWN: no room");
      return { id: "1", outputs: inputs };
    };
    const run = await stack.run(async (declare) => {
      await declare("good");
      await declare("bad");
    });
    expect(run.failed).toBe(true);
    expect(run.errors).toEqual(["no room"]);
    expect(stack.names()).toEqual(["good", "old"]);
  });

  it("a refused check names the property, its value and the reason, and stops the run", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.check = async (_urn, _before, inputs) => ({
      inputs,
      failures: [{ property: "value", reason: "is bad" }],
    });
    const run = await stack.run((declare) => declare("a", { inputs: { value: "x" } }));
    expect(run.errors).toEqual([`${toyType} resource 'a': property value value {x} has a problem: is bad`]);
    expect(run.steps).toEqual([]);
  });

  it("a diff that throws stops the run before anything is touched", async () => {
    const stack = new ToyStack();
    await stack.run((declare) => declare("a", { inputs: { value: "1" } }));
    stack.provider.calls.length = 0;
    stack.provider.behaviour.diff = () => Promise.reject(new Error("2 UNKNOWN: gate is shut"));
    const run = await stack.run((declare) => declare("a", { inputs: { value: "2" } }));
    expect(run.errors).toEqual(["gate is shut"]);
    expect(stack.provider.calls).toEqual([]);
    expect(stack.resource("a").inputs["value"]).toBe("1");
  });

  it("a partial failure is kept with its reasons, and makes the next run update", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.create = () =>
      Promise.reject(new PartialFailure("id-1", { half: true }, ["not live"]));
    const declared = { inputs: { value: "1" } };
    const first = await stack.run((declare) => declare("a", declared));
    expect(first.errors).toEqual(["1 error occurred:\n\t* not live\n\n"]);
    expect(stack.resource("a")).toMatchObject({
      id: "id-1",
      outputs: { half: true },
      initErrors: ["not live"],
    });

    const second = await stack.run((declare) => declare("a", declared));
    expect(second.steps).toEqual(["update a"]);
    expect(stack.resource("a").initErrors ?? []).toEqual([]);
  });

  it("after a partly failed update the old inputs stay, so that going back is a change again", async () => {
    const stack = new ToyStack();
    await stack.run((declare) => declare("a", { inputs: { value: "1" } }));
    stack.provider.behaviour.update = () =>
      Promise.reject(new PartialFailure("id-a", { value: "2" }, ["half"]));
    await stack.run((declare) => declare("a", { inputs: { value: "2" } }));
    expect(stack.resource("a")).toMatchObject({
      inputs: { value: "1" },
      outputs: { value: "2" },
      initErrors: ["half"],
    });
  });

  it("a replacement that failed after its delete is made up for in the next run", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy("place");
    const program = async (place: string) =>
      stack.run((declare) => declare("a", { inputs: { place }, deleteBeforeReplace: true }));
    await program("here");
    stack.provider.behaviour.create = () => Promise.reject(new Error("no room"));
    expect((await program("there")).failed).toBe(true);
    expect(stack.resource("a").pendingReplacement).toBe(true);

    stack.provider.behaviour.create = undefined;
    const run = await program("there");
    expect(run.steps).toEqual(["replace a", "create-replacement a"]);
    expect(stack.resource("a").outputs["place"]).toBe("there");
  });

  it("a replaced original that could not be deleted is deleted by the next run", async () => {
    const stack = new ToyStack();
    stack.provider.behaviour.diff = replacedBy("place");
    const program = async (place: string) => stack.run((declare) => declare("a", { inputs: { place } }));
    await program("here");
    stack.provider.behaviour.delete = () => Promise.reject(new Error("busy"));
    expect((await program("there")).failed).toBe(true);
    expect(stack.names()).toEqual(["a", "a"]);

    stack.provider.behaviour.delete = undefined;
    expect((await program("there")).steps).toEqual(["same a", "delete-replaced a"]);
    expect(stack.names()).toEqual(["a"]);
  });

  it("stack outputs that did not come in a failed run keep their old values", async () => {
    const stack = new ToyStack();
    const root = { type: "pulumi:pulumi:Stack", custom: false };
    const rootUrn = "urn:pulumi:dev::toy::pulumi:pulumi:Stack::toy-dev";
    const first = stack.deployment(false);
    await first.register({ ...emptyGoal, ...root, name: "toy-dev" });
    first.registerOutputs(rootUrn, { a: "1", b: "1" });
    first.finishStackOutputs();
    stack.state = first.snapshot.state;

    const second = stack.deployment(false);
    await second.register({ ...emptyGoal, ...root, name: "toy-dev" });
    second.registerOutputs(rootUrn, { a: "2" });
    second.runner.fail();
    second.finishStackOutputs();
    expect(second.snapshot.findFinished(rootUrn)?.outputs).toEqual({ a: "2", b: "1" });
  });
});

describe("state while a run goes on", () => {
  it("is saved before and after every step, with a pending operation in between", async () => {
    const stack = new ToyStack();
    await stack.run((declare) => declare("a"));
    const about = stack.saves.map(({ resources, pendingOperations }) => [
      resources.filter(({ type }) => type === toyType).length,
      pendingOperations
        .map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1) ?? ""}`)
        .join(),
    ]);
    expect(about).toContainEqual([0, "creating a"]);
    expect(about.at(-1)).toEqual([1, ""]);
  });

  it("always names what a resource needs before the resource, even where an edge has turned round", async () => {
    const stack = new ToyStack();
    await stack.run(async (declare) => {
      await declare("x", { inputs: { value: "1" } });
      await declare("y", { inputs: { value: "1" }, dependencies: [toyUrn("x")] });
    });
    await stack.run(async (declare) => {
      await declare("y", { inputs: { value: "2" } });
      await declare("x", { inputs: { value: "2" }, dependencies: [toyUrn("y")] });
    });
    for (const { resources } of stack.saves) {
      const seen = new Set<string>();
      for (const { urn, dependencies } of resources) {
        for (const needed of dependencies ?? []) expect(seen).toContain(needed);
        seen.add(urn);
      }
    }
    expect(stack.names()).toEqual(["y", "x"]);
  });

  it("a creation that was interrupted stays on record until somebody clears it", async () => {
    const stack = new ToyStack();
    await stack.run((declare) => declare("a"));
    stack.state = {
      ...stack.state,
      pendingOperations: [
        { type: "creating", resource: stack.resource("a") },
        { type: "updating", resource: stack.resource("a") },
      ],
    };
    await stack.run((declare) => declare("a"));
    expect(stack.state.pendingOperations.map(({ type }) => type)).toEqual(["creating"]);
  });
});

describe("refresh", () => {
  it("takes over outputs and inputs, drops what is gone, and forgets earlier failures", async () => {
    const stack = new ToyStack();
    await stack.run(async (declare) => {
      await declare("drifted", { inputs: { value: "1" } });
      await declare("gone", { inputs: { value: "1" } });
      await declare("still", { inputs: { value: "1" } });
    });
    stack.provider.behaviour.read = async (old) => {
      if (old.urn.endsWith("::gone")) return undefined;
      const value = old.urn.endsWith("::drifted") ? "2" : "1";
      return { id: old.id ?? "", outputs: { value, made: true }, inputs: { value } };
    };
    const run = await stack.refresh();
    expect(run.changes).toEqual({ update: 1, delete: 1, same: 1 });
    expect(stack.resource("drifted").inputs).toEqual({ value: "2" });
    expect(stack.names()).toEqual(["drifted", "still"]);

    const next = await stack.run(async (declare) => {
      await declare("drifted", { inputs: { value: "1" } });
      await declare("still", { inputs: { value: "1" } });
    });
    expect(next.steps).toEqual(["update drifted", "same still"]);
  });
});
