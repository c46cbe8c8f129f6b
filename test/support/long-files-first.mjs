import { BaseSequencer } from "vitest/node";

/** Files that play whole rollouts take a minute or two: begun last, one of them would keep a single core busy at the end. */
const LONG = [
  /cli\/screens\.e2e/,
  /operators-day\.e2e/,
  /e2e\/rollout/,
  /e2e\/engine-gone/,
  /dashboard\/live\.e2e/,
  /engine\/both-engines/,
  /engine\/interruptions/,
];

export class LongFilesFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }) => {
      const place = LONG.findIndex((name) => name.test(moduleId.replaceAll("\\", "/")));
      return place < 0 ? LONG.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}
