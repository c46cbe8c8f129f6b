import { version } from "@pulumi/pulumi/package.json";

/** What `pulumi version` says: the version of the protocol's definitions, and that this is not the CLI. */
export const engineVersion = `v${version}+embedded`;
