import { SECRETS, type SecretName } from "../../components/config";
import type { Engine } from "../engine/port";

type Stack = Pick<Engine, "secret"> | undefined;

/** A secret as updates take it, too: the stack's own, and only where it has none the environment's. */
export async function readSecret(
  name: SecretName,
  engine: Stack,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  return nonEmpty(await engine?.secret(name)) ?? nonEmpty(env[SECRETS[name].environment]);
}

/** All that could be printed by mistake: from both places, whichever counts. */
export async function knownSecrets(engine: Stack, env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const names = Object.keys(SECRETS);
  const ofStack = engine === undefined ? [] : await Promise.all(names.map((name) => engine.secret(name)));
  const ofEnvironment = Object.values(SECRETS).map(({ environment }) => env[environment]);
  return [...ofStack, ...ofEnvironment].filter((value) => value !== undefined);
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
