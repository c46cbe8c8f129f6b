import type { Edge } from "../../components/plan/plan";

/** Everything that can only be touched after a node. */
export function after(edges: readonly Edge[], node: string): Set<string> {
  const reached = new Set<string>();
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { from, to } of edges) {
      if (from !== next || reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  return reached;
}
