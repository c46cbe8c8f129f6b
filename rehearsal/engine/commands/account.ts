import { userInfo } from "node:os";
import type { Flags } from "../command-line";
import { CommandError } from "../errors";
import { backendUrl } from "../backend/backend-url";
import { engineVersion } from "../version";
import { isSet } from "./flags";
import { print } from "./output";

export function showVersion(): void {
  print(engineVersion);
}

export function showUser(flags: Flags): void {
  const user = userInfo().username;
  const url = backendUrl();
  if (isSet(flags["json"])) print(JSON.stringify({ user, url }, null, 2));
  else
    print(
      isSet(flags["v"]) ? `User: ${user}\nOrganizations: \nBackend URL: ${url}\nToken type: personal` : user,
    );
}

/** Nobody is asked for a name: a folder needs none. The backend is the one in PULUMI_BACKEND_URL. */
export function login(_flags: Flags, [given]: readonly string[]): void {
  const url = given ?? backendUrl();
  if (!url.startsWith("file://")) {
    throw new CommandError(`embedded engine: only file:// backends are supported, not ${url}`);
  }
  if (url !== process.env["PULUMI_BACKEND_URL"]) {
    throw new CommandError(`embedded engine: a login is not remembered; set PULUMI_BACKEND_URL=${url}`);
  }
  print(`Logged in to ${url} as ${userInfo().username} (${url})`);
}

export function logout(): void {
  print(`Logged out of ${backendUrl()}`);
}

export function listPlugins(flags: Flags): void {
  print(
    isSet(flags["json"])
      ? "[]"
      : "NAME  KIND  VERSION  SIZE  INSTALLED  LAST USED\n\nTOTAL plugin cache size: 0 B",
  );
}

/** Nothing to install: the two packages that this engine runs come with it. */
export function installPlugin(_flags: Flags, [kind, name]: readonly string[]): void {
  if (kind === undefined || (kind === "resource" && (name === "command" || name === undefined))) return;
  throw new CommandError(
    `embedded engine: the ${kind} plugin ${name ?? ""} cannot be run here; use the Pulumi CLI`,
  );
}
