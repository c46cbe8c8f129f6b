import { SECRETS, type SecretName } from "../../components/config";
import type { Engine } from "../engine/port";
import { hideFromOutput } from "./guarded-output";

type Stack = Pick<Engine, "secret"> | undefined;

/** A secret as updates take it, too: the stack's own, and only where it has none the environment's. */
export async function readSecret(
  name: SecretName,
  engine: Stack,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const found = nonEmpty(await engine?.secret(name)) ?? nonEmpty(env[SECRETS[name].environment]);
  hideFromOutput(found);
  return found;
}

/** All that could be printed by mistake: from both places, whichever counts. */
export async function knownSecrets(engine: Stack, env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const names = Object.keys(SECRETS);
  const ofStack = engine === undefined ? [] : await Promise.all(names.map((name) => engine.secret(name)));
  const ofEnvironment = Object.values(SECRETS).map(({ environment }) => env[environment]);
  const known = [...ofStack, ...ofEnvironment].filter((value) => value !== undefined);
  hideFromOutput(...known);
  return known;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
