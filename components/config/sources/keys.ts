/** A key as a stack file has it. */
export interface ParsedKey {
  namespace: string;
  name: string;
}

/**
 * Takes a key of a file or of Pulumi apart: `ns:name`, the older `ns:config:name`, or a bare name, which is the project's.
 * @source `pulumi config --stack`, tried with CLI 3.255: all three are accepted.
 */
export function parseKey(key: string, project: string): ParsedKey {
  const colon = key.indexOf(":");
  if (colon < 0) return { namespace: project, name: key };
  const name = key.slice(colon + 1);
  return {
    namespace: key.slice(0, colon),
    name: name.startsWith("config:") ? name.slice("config:".length) : name,
  };
}
