import { looksSecret } from "../../components/config/found";
import type { Engine } from "../engine/port";
import { knownSecrets } from "./secrets";

/** Makes text safe to publish: secrets that are known, and lines that look as if they held one, do not get through. */
export function createRedactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= 6);
  return (text) =>
    known
      .reduce<string>((result, secret) => result.replaceAll(secret ?? "", "[secret]"), text)
      .split("\n")
      .map((line) =>
        looksSecret(line)
          ? line.replaceAll(/rnd_\w+|:\/\/[^/\s@]*:[^/\s@]*@|\b\d{6,}:[\w-]{20,}/g, "[secret]")
          : line,
      )
      .join("\n");
}

/** A redactor that knows the secrets of a rollout: the stack's and the environment's. */
export async function redactorFor(
  engine?: Pick<Engine, "secret">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<(text: string) => string> {
  return createRedactor(await knownSecrets(engine, env));
}
