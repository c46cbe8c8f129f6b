import { createRedactor, secretsOfEnvironment, type Redactor } from "../../components/secrets";
import type { Engine } from "../engine/port";
import { knownSecrets } from "./secrets";

/** A redactor that knows the secrets of a rollout: the stack's, and all of the environment that are secret by their name. */
export async function redactorFor(
  engine?: Pick<Engine, "secret">,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Redactor> {
  return createRedactor([...(await knownSecrets(engine, env)), ...secretsOfEnvironment(env)]);
}
