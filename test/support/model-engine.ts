import type { Verbs } from "../../components/providers/verbs";

/** One resource of a model update; its inputs may hold what the resources before it answered. */
export interface ModelResource {
  name: string;
  verbs: Verbs;
  inputs: (outputs: ReadonlyMap<string, Record<string, unknown>>) => Record<string, unknown>;
}

export type ModelState = Map<string, { id: string; outputs: Record<string, unknown>; failed: boolean }>;

/**
 * An engine of a few lines that keeps state as Pulumi does: a step's outputs are saved when it has ended, a failure that
 * carries properties is saved as failed, a plain one and a kill save nothing. One resource after the other.
 * @returns whether every step was done.
 */
export async function modelUpdate(
  resources: ModelResource[],
  state: ModelState,
  isKilled: () => boolean,
): Promise<boolean> {
  const outputs = new Map<string, Record<string, unknown>>();
  for (const { name, verbs, inputs } of resources) {
    const news = inputs(outputs);
    const old = state.get(name);
    try {
      if (old === undefined) {
        const { id, outs } = await verbs.create(news);
        if (isKilled()) return false;
        state.set(name, { id, outputs: outs ?? {}, failed: false });
      } else {
        const { changes } = await verbs.diff(old.id, old.outputs, news);
        if (isKilled()) return false;
        if (changes === true || old.failed) {
          const { outs } = await verbs.update(old.id, old.outputs, news);
          if (isKilled()) return false;
          state.set(name, { id: old.id, outputs: outs ?? {}, failed: false });
        }
      }
    } catch (error) {
      const { id, properties } = error as { id?: string; properties?: Record<string, unknown> };
      if (!isKilled() && id !== undefined) state.set(name, { id, outputs: properties ?? {}, failed: true });
      return false;
    }
    outputs.set(name, state.get(name)?.outputs ?? {});
  }
  return true;
}
