import { CommandError } from "../errors";

/** A stack's name within its project. File backends know one organization only, and call it `organization`. */
export interface StackReference {
  project: string;
  name: string;
  /** `organization/<project>/<name>`. */
  fullName: string;
}

/** Reads `name`, `organization/name` or `organization/project/name`.
 *  @throws CommandError when the text is none of these. */
export function parseStackReference(text: string, project: string): StackReference {
  const parts = text.split("/");
  const name = parts.at(-1) ?? "";
  if (parts.length > 3 || !/^[A-Za-z0-9_.-]{1,100}$/.test(name)) {
    throw new CommandError(
      "a stack name may only contain alphanumeric, hyphens, underscores, or periods: " +
        `invalid stack name '${text}'`,
    );
  }
  if (parts.length > 1 && parts[0] !== organization) {
    throw new CommandError(`organization name must be '${organization}'`);
  }
  const inProject = parts.length === 3 ? (parts[1] ?? project) : project;
  return { project: inProject, name, fullName: `${organization}/${inProject}/${name}` };
}

export const organization = "organization";
