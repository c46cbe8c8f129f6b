/** The verbs that live on the other side of the process border, one module each under components/providers. */
export type ProviderKind =
  "feature-flag" | "deploy" | "survey" | "pending" | "consents" | "migrations" | "gate";

/**
 * The text of one kind's provider: a shell without behaviour.
 *
 * Process border: Pulumi stores this text in the stack's state, twice a resource, and another process runs it, from the
 * project's directory. So it only names today's checkout: a change of provider code makes no diff, and a rollback or refresh
 * runs the code of the checkout, not the code in state. Pulumi would make such a text of an object itself; it writes 180
 * characters around each of its functions and needs a TypeScript compiler for it. See docs/decisions/provider-shells.md.
 */
export function storedProvider(kind: ProviderKind): string {
  return `exports.handler = () => require(process.cwd() + "/components/providers/load-verbs.cjs").provider(${JSON.stringify(kind)});`;
}
