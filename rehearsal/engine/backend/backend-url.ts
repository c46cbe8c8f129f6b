import { CommandError } from "../errors";

/** Where the state is: the environment says so, or else the project.
 *  @param inProject the project's `backend.url`.
 *  @throws CommandError when nobody does. */
export function backendUrl(inProject?: string): string {
  const url = process.env["PULUMI_BACKEND_URL"] ?? inProject;
  if (url !== undefined && url !== "") return url;
  throw new CommandError(
    "embedded engine: set PULUMI_BACKEND_URL to a file:// address; other backends are not supported",
  );
}
