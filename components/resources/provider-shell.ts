import type * as pulumi from "@pulumi/pulumi";

/** The verbs that live on the other side of the process border, one module each under components/providers. */
export type ProviderKind = "feature-flag" | "deploy" | "migrations" | "gate";

/**
 * The provider object of one kind of resource: a shell without behaviour.
 *
 * Process border: Pulumi stores this object as text in the stack's state and runs it in another process, from the
 * project's directory. So each method only loads today's module and hands over; a change of provider code makes no diff,
 * and a rollback or refresh runs the code of the checkout, not the code in state. See docs/decisions/provider-shells.md.
 * `configure` must assign at once and wait for nothing: other calls race it in refresh and destroy.
 */
export function providerShell(kind: ProviderKind): pulumi.dynamic.ResourceProvider {
  interface Shell extends pulumi.dynamic.ResourceProvider {
    config?: pulumi.dynamic.Config;
  }
  const verbs = (shell: Shell) => {
    const tsx = require("tsx/cjs/api") as typeof import("tsx/cjs/api");
    const load = () => tsx.register({ namespace: "felix" });
    const state = globalThis as { felixLoader?: ReturnType<typeof load> };
    state.felixLoader ??= load();
    const from = require("node:path").join(process.cwd(), "index.ts") as string;
    const host = state.felixLoader.require("./components/providers/host.ts", from) as typeof import("../providers/host");
    return host.verbs(kind, shell.config);
  };
  const shell: Shell = {
    async configure(request) {
      this.config = request.config;
    },
    check(olds, news) {
      return verbs(this).check(olds, news);
    },
    diff(id, olds, news) {
      return verbs(this).diff(id, olds, news);
    },
    create(inputs) {
      return verbs(this).create(inputs);
    },
    read(id, props) {
      return verbs(this).read(id, props);
    },
    update(id, olds, news) {
      return verbs(this).update(id, olds, news);
    },
    delete(id, props) {
      return verbs(this).delete(id, props);
    },
  };
  return shell;
}
