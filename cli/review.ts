import type { ReviewOptions } from "./review/recipe";
import { defineCommand, runCommand } from "./shared/run-command";
import { helpEnd, stackCommand, withStack } from "./shared/stack-option";

const command = stackCommand("review", "What an update would do, as short Markdown for a pull request.")
  .option("-o, --out <file>", "write it to a file instead of stdout")
  .option("--json", "the same as data")
  .addHelpText(
    "after",
    helpEnd(
      [
        "rollout review                      for the selected stack, as its files stand here",
        "rollout review --stack prod --out review.md",
      ],
      [
        "0  the update would go through",
        "1  it would be refused; the review says why",
        "2  the command line was not understood",
      ],
    ),
  );

export const reviewCommand = defineCommand<ReviewOptions>(command, async (options) => {
  const [{ review }, { createDesk }, { renderNow }] = await Promise.all([
    import("./review/recipe.js"),
    import("./shared/desk.js"),
    import("./shared/render-access.js"),
  ]);
  return review(createDesk({ onlyLooks: true }), withStack(options), renderNow);
});

if (require.main === module) runCommand("review", reviewCommand);
