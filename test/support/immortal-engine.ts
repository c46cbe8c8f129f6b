import type { EngineLife } from "../../components/providers/engine-life";

/** It never goes. */
export const immortalEngine: EngineLife = {
  gone: new AbortController().signal,
  require: () => Promise.resolve(),
};
