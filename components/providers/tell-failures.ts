import { messageOf } from "../errors";
import type { Team } from "./team";
import type { Verbs } from "./verbs";

/** Marks a refusal that only means "not yet": nothing was touched, so the team is told of no failure. */
export function quietly<T extends Error>(error: T): T & { quiet: true } {
  return Object.assign(error, { quiet: true as const });
}

/**
 * Verbs whose failed effects are told to the team, whatever kind of resource failed: a phase that never reaches its gate
 * has nobody else who would say so. Refusals in preview are the operator's own to read.
 * @param named shared by all kinds of resources of a run: which stack it is.
 */
export function tellFailures(inner: Verbs, team: Team, named: { stack?: string }): Verbs {
  const told = async <T>(effect: Promise<T>): Promise<T> => {
    try {
      return await effect;
    } catch (error) {
      if ((error as { quiet?: true }).quiet !== true) {
        const { stack } = named;
        const back = `The way back: rollout rollback${stack === undefined ? "" : ` --stack ${stack}`} --full`;
        await team.tell(`${stack ?? "rollout"}: the rollout stopped.\n${messageOf(error)}\n${back}`);
      }
      throw error;
    }
  };
  return {
    ...inner,
    check: (olds, news) => {
      // Only gates know the stack's name, and they are checked before anything is done in a phase.
      if (typeof news["stack"] === "string") named.stack = news["stack"];
      return inner.check(olds, news);
    },
    create: (inputs) => told(inner.create(inputs)),
    update: (id, olds, news) => told(inner.update(id, olds, news)),
  };
}
