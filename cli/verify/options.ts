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

/** @throws UsageError for options that mean nothing without another one. */
export function requireSense({ watch, every, rounds }: VerifyOptions): void {
  if (watch === true) return;
  if (every !== undefined) throw new UsageError("--every is for --watch; without it there is one look");
  if (rounds !== undefined) throw new UsageError("--rounds is for --watch; without it there is one look");
}

/** Reads an option's whole number from 1 on. */
export function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text) ? Number(text) : NaN;
    if (!(number >= 1 && number <= most))
      throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${most}.`);
    return number;
  };
}
