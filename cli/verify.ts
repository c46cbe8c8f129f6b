import { InvalidArgumentError, Command } from "commander";

import { createHttpProbe } from "../components/probes/http";
import { realFetch, realSleep } from "../components/probes/ports";
import { createDesk } from "./shared/desk";
import { openRender } from "./shared/render-access";
import { runCommand } from "./shared/run-command";
import { verify, type VerifyOptions } from "./verify/recipe";

const command = new Command("npm run verify --")
  .description(
    "Looks at the running system: health, flags, endpoints, response times, migrations, page load. Changes nothing.",
  )
  .option("-s, --stack <stack>", "the stack, as in Pulumi.<stack>.yaml")
  .option("--backend-url <url>", "address of the back end; with it no stack is needed", address)
  .option("--frontend-url <url>", "address of the front end; with it no stack is needed", address)
  .option("--samples <n>", "requests to each endpoint", whole, 50)
  .option("--watch", "looks again and again beside the rollout, with trends")
  .option("--every <seconds>", "how often, with --watch", whole, 10)
  .option("--rounds <n>", "ends --watch after so many looks", whole)
  .option("--json", "as data");

const ports = {
  probe: createHttpProbe(),
  fetch: realFetch,
  sleep: realSleep,
  elapsed: () => performance.now(),
  now: () => new Date(),
};

runCommand<VerifyOptions>(command, (options) => verify(createDesk(), openRender, ports, options));

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("a whole number from 1 on");
  return number;
}

function address(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new InvalidArgumentError("https://…");
  return text;
}
