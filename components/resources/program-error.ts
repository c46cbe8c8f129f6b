import * as pulumi from "@pulumi/pulumi";

import { withCode } from "../error-code";

/**
 * What ends the program before it has declared anything, without a stack: only its message is shown.
 *
 * Pulumi's host writes the stack of every error into its trace all the same, in colours, and there Node never comes to an end:
 * source maps turn a frame of the SDK into `node_modules/@pulumi/resource.ts`, and behind `@pulumi/` it looks for one slash more
 * (`markNodeModules` in Node 20.20). It took half a minute and the memory that there was to say that a phase is misspelt.
 */
export function programError(message: string, code: string): pulumi.RunError {
  const error = new pulumi.RunError(withCode({ message, code, data: {} }));
  delete error.stack;
  return error;
}
