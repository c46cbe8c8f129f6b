import { Command, InvalidArgumentError } from "commander";

import { commandName } from "../shared/next-command";
import { helpEnd } from "../shared/stack-option";
import { UsageError } from "../shared/usage-error";
import type { Addresses } from "./read/addresses";

export interface VerifyOptions extends Addresses {
  stack?: string;
  /** Requests to each endpoint. */
  samples?: number;
  json?: boolean;
  quiet?: boolean;
  watch?: boolean;
  /** Seconds; only with `watch`, as is `rounds`. */
  every?: number;
  rounds?: number;
}

/** Fewer while watching, as the looks add up. */
export const USUAL = { samples: 50, watchedSamples: 5, everySeconds: 10 };

export function verifyCommand(): Command {
  return new Command(commandName("verify"))
    .description(
      "Looks at the running system: health, flags, endpoints, response times, page load, migrations. Changes nothing.",
    )
    .option("-s, --stack <stack>", "the stack, as in Pulumi.<stack>.yaml")
    .option("--backend-url <url>", "address of the back end; with it no stack is needed")
    .option("--frontend-url <url>", "address of the front end; with it no stack is needed")
    .option(
      "--samples <n>",
      `requests to each endpoint (default: ${USUAL.samples}, with --watch ${USUAL.watchedSamples} a look)`,
      wholeNumber(1_000),
    )
    .option("--watch", "looks again and again beside the rollout, with trends, until Ctrl-C")
    .option(
      "--every <seconds>",
      `how often, with --watch (default: ${USUAL.everySeconds})`,
      wholeNumber(3_600),
    )
    .option("--rounds <n>", "ends --watch after so many looks", wholeNumber(1_000_000))
    .option("--json", "as data: one JSON object, with --watch one a line")
    .option("-q, --quiet", "print nothing where nothing is wrong")
    .addHelpText(
      "after",
      helpEnd(
        [
          "rollout verify                                  the selected stack, once",
          "rollout verify --watch                          beside the rollout, until Ctrl-C",
          "rollout verify --backend-url https://api.example.com   without a stack",
        ],
        [
          "0  nothing is wrong",
          "1  the operator must act, or something could not be asked; with --watch: in any look, or between two",
          "2  the command line was not understood",
        ],
      ),
    );
}

/** The same as a command of its own. */
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

/** @throws UsageError for options that mean nothing without another one. */
export function requireSense({ watch, every, rounds }: VerifyOptions): void {
  if (watch === true) return;
  if (every !== undefined) throw new UsageError("--every is for --watch; without it there is one look");
  if (rounds !== undefined) throw new UsageError("--rounds is for --watch; without it there is one look");
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(number >= 1 && number <= most))
      throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${most}.`);
    return number;
  };
}
