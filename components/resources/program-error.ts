import * as pulumi from "@pulumi/pulumi";

import { withCode } from "../error-code";

/**
 * What ends the program before it has declared anything, without a stack: only its message is shown.
 *
 * Pulumi's host writes the stack of every error into its trace all the same, in colours. Where source maps turn a frame of the SDK
 * into `node_modules/@pulumi/resource.ts`, Node 20 never comes to an end there (`markNodeModules`). Our loader keeps Pulumi's own maps
 * away (components/typescript/seldom-used.cjs); whoever runs the program without it may have others.
 */
export function programError(message: string, code: string): pulumi.RunError {
  const error = new pulumi.RunError(withCode({ message, code, data: {} }));
  delete error.stack;
  return error;
}
