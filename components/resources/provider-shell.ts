import type * as pulumi from "@pulumi/pulumi";

import type { Props } from "../providers/verbs";

/** The verbs that live on the other side of the process border, one module each under components/providers. */
export type ProviderKind = "feature-flag" | "deploy" | "migrations" | "gate";

type Provider = pulumi.dynamic.ResourceProvider<Props, Props>;

interface Shell extends Provider {
  config?: pulumi.dynamic.Config;
}

/**
 * The provider object of one kind of resource: a shell without behaviour.
 *
 * Process border: Pulumi stores this object as text in the stack's state and runs it in another process, from the
 * project's directory. So each method only loads today's module and hands over; a change of provider code makes no diff,
 * and a rollback or refresh runs the code of the checkout, not the code in state. See docs/decisions/provider-shells.md.
 * `configure` must assign at once and wait for nothing: other calls race it in refresh and destroy.
 */
export function providerShell(kind: ProviderKind): Provider {
  const verbs = (config: pulumi.dynamic.Config | undefined) => {
    /* eslint-disable @typescript-eslint/no-require-imports -- Over there nothing is imported yet, and text has no imports. */
    const tsx = require("tsx/cjs/api") as typeof import("tsx/cjs/api");
    const path = require("node:path") as typeof import("node:path");
    /* eslint-enable @typescript-eslint/no-require-imports */
    const load = () => tsx.register({ namespace: "felix" });
    const state = globalThis as { felixLoader?: ReturnType<typeof load> };
    state.felixLoader ??= load();
    const host = state.felixLoader.require(
      "./components/providers/host.ts",
      path.join(process.cwd(), "index.ts"),
    ) as typeof import("../providers/host");
    return host.verbs(kind, config);
  };
  const shell: Shell = {
    configure(request) {
      this.config = request.config;
      return Promise.resolve();
    },
    check(olds, news) {
      return verbs(this.config).check(olds, news);
    },
    diff(id, olds, news) {
      return verbs(this.config).diff(id, olds, news);
    },
    create(inputs) {
      return verbs(this.config).create(inputs);
    },
    read(id, props) {
      return verbs(this.config).read(id, props ?? {});
    },
    update(id, olds, news) {
      return verbs(this.config).update(id, olds, news);
    },
    delete(id, props) {
      return verbs(this.config).delete(id, props);
    },
  };
  return shell;
}
