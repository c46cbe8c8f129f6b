import type { FaultCase } from "./fault-case";

/** docs/faults.md: which faults are tried with which steps. Made from the cases themselves. */
export function drawTable(cases: readonly FaultCase[]): string {
  const areas = [...new Set(cases.map(({ area }) => area))];
  const count = cases.length;
  const long = cases.filter(({ limitMs }) => limitMs !== undefined);
  return [
    "# What goes wrong, and what the product is held to",
    "",
    "Made by `npm run -s faults -- --write` from the cases in `test/faults/`; do not edit.",
    "",
    `${count} cases: each is a step of the product with one fault. After each: a clear message, no secret in anything that was`,
    "said, nothing lost (what is said to be done is done, what is said to be not done is not), nothing doubled, nothing left",
    "behind that works on, and the next run, without the fault, ends as declared. A part of them runs in `npm test`.",
    "",
    `${long.length} of them are updates of the whole program on every engine that is here, about a minute each on two cores, two at a time;`,
    'the others take minutes together. `npm run -s faults -- --only "a killed migration"` runs those whose area, step or fault has these words.',
    ...areas.flatMap((area) => [
      "",
      `## ${capital(area)}`,
      "",
      ...areaTable(cases.filter((each) => each.area === area)),
    ]),
    "",
  ].join("\n");
}

/** Steps that meet the same faults share a row. */
function areaTable(cases: readonly FaultCase[]): string[] {
  const faultsOf = new Map<string, string[]>();
  for (const { step, fault } of cases) faultsOf.set(step, [...(faultsOf.get(step) ?? []), fault]);
  const stepsOf = new Map<string, string[]>();
  for (const [step, faults] of faultsOf) {
    const key = faults.join("\n");
    stepsOf.set(key, [...(stepsOf.get(key) ?? []), step]);
  }
  return [...stepsOf].flatMap(([key, steps], index) => {
    const faults = key.split("\n");
    return [
      ...(index === 0 ? [] : [""]),
      `${steps.length} ${steps.length === 1 ? "step" : "steps"} × ${faults.length} ${faults.length === 1 ? "fault" : "faults"}`,
      "",
      ...steps.map((step) => `- \`${step}\``),
      "",
      ...faults.map((fault) => `  - ${fault}`),
    ];
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
