import { writeFileSync } from "node:fs";

import { redactedJson } from "../../components/secrets";
import { readChanges } from "../changes/read-changes";
import type { Trouble } from "../engine/troubles";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { requireStack } from "../shared/load-stack";
import { redactorFor } from "../shared/redact";
import type { RenderNow } from "../shared/render-access";
import { requireReachable } from "../shared/require-reachable";
import { readStanding } from "../shared/standing";
import { runPreview } from "../update/run-update";
import { moreFacts } from "./facts";
import { completed, plannedChanges } from "./planned-changes";
import { writeReview } from "./write-review";

export interface ReviewOptions {
  stack: string;
  out?: string;
  json?: boolean;
}

/** What an update would do, as Markdown for a pull request. Exit code 1 where the update would be refused. */
export async function review(
  desk: Desk,
  { stack, out, json }: ReviewOptions,
  renderNow: RenderNow = () => Promise.resolve(desk.now()),
): Promise<ExitCode> {
  const loaded = requireStack(desk.directory, stack);
  const { config } = loaded;
  const engine = await desk.openEngine(stack);
  const standing = readStanding(await engine.state());
  requireReachable(loaded, standing);
  const run = await runPreview(desk, engine, { yes: false });
  const seen = readChanges(run.events);
  // Where the engine itself failed there is no refusal among the events, and the reason must be in the review all the same.
  if (run.trouble !== undefined && seen.refusals.length === 0) seen.refusals.push(run.trouble.what);
  // A refusal ends the preview; what it did not come to is told by the plan, which needs nobody.
  const changes = seen.refusals.length === 0 ? seen : completed(seen, plannedChanges(loaded, standing));
  // Where Render cannot be asked, its clock is no reason to tell nothing.
  const now = await renderNow(loaded, engine).catch(() => desk.now());
  const more = moreFacts(loaded, standing, now);
  const redact = await redactorFor(engine);
  // Texts are made plain before they become Markdown, which parts a name from its "@" by a sign that nobody sees.
  const shown = redactedJson(
    {
      ...{ stack, phase: config.phase, changes, held: config.hold, more },
      next: nextOf(run.trouble),
    },
    redact,
  );
  const text =
    json === true
      ? JSON.stringify({ stack, phase: config.phase, ok: run.ok, changes: shown.changes }, undefined, 2)
      : writeReview(shown);
  if (out === undefined) desk.terminal.data(text);
  else writeFileSync(out, text);
  if (out !== undefined) desk.terminal.words(`The review is in ${out}.`);
  return run.ok ? EXIT.done : EXIT.act;
}

function nextOf(trouble: Trouble | undefined): string[] {
  return trouble === undefined || /\bNext: /.test(trouble.what) ? [] : trouble.next;
}
