import type { MigrationSpec, Tool } from "./tool";

/** What is done with the real tool, step by step, and which migrations the catalogue then lists. */
export interface Case {
  name: string;
  steps: ("apply" | "rollback" | { write: MigrationSpec[] })[];
  /** A command that fails is part of the case. */
  fails?: boolean;
  listed: number[];
  /** The ledger alone cannot know it: a migration of which half has run outside a transaction. */
  needsFacts?: boolean;
}

const spec = (number: number, more: Partial<MigrationSpec> = {}): MigrationSpec => ({ number, ...more });

export function casesOf(tool: Tool): Case[] {
  const [one, two, three] = [spec(1), spec(2), spec(3)];
  return [
    { name: "nothing applied", steps: [{ write: [one, two] }], listed: [1, 2] },
    { name: "some applied", steps: [{ write: [one] }, "apply", { write: [one, two] }], listed: [1, 2] },
    { name: "all applied", steps: [{ write: [one, two] }, "apply"], listed: [1, 2] },
    {
      name: "one failed",
      steps: [{ write: [one, spec(2, { fails: true })] }, "apply"],
      fails: true,
      listed: [1, 2],
    },
    ...(tool.canGoWithout
      ? [
          {
            name: "one failed half-way, outside a transaction",
            steps: [
              { write: [one] },
              "apply" as const,
              { write: [one, spec(2, { fails: true, noTransaction: true })] },
              "apply" as const,
            ],
            fails: true,
            listed: [1, 2],
            needsFacts: true,
          },
        ]
      : []),
    ...(tool.rollback === undefined
      ? []
      : [
          {
            name: "the last one rolled back",
            steps: [{ write: [one, two] }, "apply" as const, "rollback" as const],
            listed: [1, 2],
          },
          {
            name: "rolled back and applied again",
            steps: [{ write: [one, two] }, "apply" as const, "rollback" as const, "apply" as const],
            listed: [1, 2],
          },
        ]),
    { name: "newer code has run", steps: [{ write: [one, two, three] }, "apply"], listed: [1, 2] },
  ];
}
