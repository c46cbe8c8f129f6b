import type * as pulumi from "@pulumi/pulumi";

import type { Props } from "../providers/verbs";

/** The verbs that live on the other side of the process border, one module each under components/providers. */
export type ProviderKind =
  "feature-flag" | "deploy" | "survey" | "pending" | "consents" | "migrations" | "gate";

type Provider = pulumi.dynamic.ResourceProvider<Props, Props>;

/**
 * The provider object of one kind of resource: a shell without behaviour.
 *
 * Process border: Pulumi stores this object as text in the stack's state, twice a resource, and runs it in another process,
 * from the project's directory. So it only takes its verbs from today's checkout when it is configured, which Pulumi does
 * before it calls any of them; a change of provider code makes no diff, and a rollback or refresh runs the code of the
 * checkout, not the code in state. See docs/decisions/provider-shells.md.
 */
export function providerShell(kind: ProviderKind): Provider {
  // Without verbs Pulumi would take an update for done and a delete for good: each of them says so until it is replaced.
  const missing = (): never => {
    throw new Error("components/providers/load-verbs.cjs was not loaded");
  };
  return {
    ...{ check: missing, diff: missing, create: missing, read: missing, update: missing, delete: missing },
    configure(request) {
      /* eslint-disable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-call -- Text has no imports. */
      Object.assign(
        this,
        require(`${process.cwd()}/components/providers/load-verbs.cjs`)(kind, request.config),
      );
      /* eslint-enable @typescript-eslint/no-require-imports, @typescript-eslint/no-unsafe-call */
      return Promise.resolve();
    },
  };
}
