import { Command } from "commander";

import { commandName } from "../shared/next-command";
import { helpEnd } from "../shared/stack-option";
import { USUAL, wholeNumber } from "../verify/options";

/** `verify --watch` as a command of its own. */
export function watchCommand(): Command {
  return new Command(commandName("watch"))
    .description(
      "Watches the running system beside the rollout: verdict and the way back, phases, response times, a log of changes. Changes nothing.",
    )
    .option("-s, --stack <stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--backend-url <url>", "address of the back end; with it no stack is needed")
    .option("--frontend-url <url>", "address of the front end; with it no stack is needed")
    .option(
      "--samples <n>",
      `requests to each endpoint in each look (default: ${USUAL.watchedSamples})`,
      wholeNumber(1_000),
    )
    .option("--every <seconds>", `how often it looks (default: ${USUAL.everySeconds})`, wholeNumber(3_600))
    .option("--rounds <n>", "ends after so many looks; until Ctrl-C otherwise", wholeNumber(1_000_000))
    .option("--json", "as data, one JSON object a look, each on a line of its own")
    .addHelpText(
      "after",
      helpEnd(
        [
          "rollout watch                            beside the rollout, until Ctrl-C",
          "rollout watch --rounds 3 --every 5       three looks, then it ends",
          "rollout watch --json --rounds 3 | jq .well",
        ],
        [
          "0  every look was well, and no service was down between two",
          "1  something was not well, or could not be asked",
          "2  the command line was not understood",
        ],
      ),
    );
}
