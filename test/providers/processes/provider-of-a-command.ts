// A process that runs one command as a provider does, for tests that kill it. Arguments: the command's words.
import { immortalEngine } from "../../support/immortal-engine";
import { createProcessRunner } from "../../../components/providers/process";

void createProcessRunner(immortalEngine).run({ argv: process.argv.slice(2), timeoutMs: 600_000 });
