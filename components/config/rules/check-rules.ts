import type { Finding } from "../problem";
import type { Draft } from "../draft";
import { flagRules } from "./flag-rules";
import { gateRules } from "./gate-rules";
import { migrationRules } from "./migration-rules";
import { pageRules } from "./page-rules";
import { runnerRules } from "./runner-rules";
import { serviceRules } from "./service-rules";
import { stackRules } from "./stack-rules";

/** Everything that two values can have against each other, each rule for itself. */
export function checkRules(draft: Draft): Finding[] {
  return [
    ...serviceRules,
    ...flagRules,
    ...migrationRules,
    ...runnerRules,
    ...stackRules,
    ...gateRules,
    ...pageRules,
  ].flatMap((rule) => rule(draft));
}
