import { onTestFinished } from "vitest";

import { registerEnds } from "./when-test-ends";

registerEnds((look) => {
  try {
    onTestFinished(look);
  } catch {
    // A world may also be made outside of any test, for several: then nobody looks.
    return;
  }
});
