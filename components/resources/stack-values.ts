import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";

import { SECRET_KEYS } from "../config";

/** The stack's config as Pulumi hands it over, by full key, without the secrets: those only reach the providers. */
export function publicValues(): Record<string, string> {
  const secret = SECRET_KEYS.map((key) => `${pulumi.getProject()}:${key}`);
  return Object.fromEntries(Object.entries(allConfig() as Record<string, string>).filter(([key]) => !secret.includes(key)));
}

/** @throws RunError when the key of Render's API is neither a secret of the stack nor in the environment. */
export function requireSecrets(): void {
  const inStack = new pulumi.Config().get("renderApiKey") ?? "";
  if (inStack !== "" || (process.env["RENDER_API_KEY"] ?? "") !== "") return;
  throw new pulumi.RunError(
    `renderApiKey: not set. Create a key in Render's account settings, then run ` +
      `\`pulumi config set --stack ${pulumi.getStack()} --secret renderApiKey\`, or export RENDER_API_KEY.`,
  );
}
