import * as pulumi from "@pulumi/pulumi";

import { SECRETS } from "../config";
import { programError } from "./program-error";

/**
 * Providers read secrets from the stack or the environment; here it is only made sure that they will find the one that
 * nothing works without.
 * @throws RunError when there is no key for Render's API.
 */
export function requireSecrets(): void {
  const { environment } = SECRETS.renderApiKey;
  const given = [new pulumi.Config().get("renderApiKey"), process.env[environment]];
  if (given.some((value) => value !== undefined && value !== "")) return;
  const message =
    `renderApiKey: not set. Create a key in Render's account settings, then run ` +
    `\`pulumi config set --stack ${pulumi.getStack()} --secret renderApiKey\`, or export ${environment}.`;
  throw programError(message, "NO_RENDER_KEY");
}
