import { expect, it } from "vitest";

import { nextWaitMs } from "../../components/providers/pace";

it("waits begin short, grow by the factor and stop at the most", () => {
  const pace = { first: 500, factor: 2, most: 3_000 };
  const waits = [undefined, 500, 1_000, 2_000, 3_000].map((previous) => nextWaitMs(previous, pace));
  expect(waits).toEqual([500, 1_000, 2_000, 3_000, 3_000]);
});
