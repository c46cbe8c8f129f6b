import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { recordOf } from "../log/recipe";
import type { RolloutRecord } from "../log/record";
import { rolloutFolder } from "../log/rollout-folder";
import type { Desk } from "../shared/desk";
import { EXIT, type ExitCode } from "../shared/exit-codes";
import { requireStack } from "../shared/load-stack";
import { drawCharts } from "./charts/draw-charts";
import { reportHtml } from "./html/report-html";
import { reportMarkdown } from "./markdown";
import { reportModel, type ReportModel } from "./model/report-model";
import { readPictures } from "./pictures";
import { emptyNotes, notesFile, parseNotes } from "./notes";

export interface ReportOptions {
  stack: string;
  /** Where the HTML goes; the Markdown goes beside it. */
  output?: string;
  json?: boolean;
}

/** Writes the report of a stack, as one HTML file and as Markdown. Changes nothing but these files. */
export async function report(desk: Desk, { stack, output, json }: ReportOptions): Promise<ExitCode> {
  const { terminal, directory } = desk;
  const record = await recordOf(desk, requireStack(directory, stack));
  const folder = rolloutFolder(directory, stack);
  const { model, files } = await makeReport(record, readNotes(directory, stack), (names) =>
    readPictures(folder.pictures, names),
  );
  if (json === true) {
    terminal.data(JSON.stringify(model, undefined, 2));
    return EXIT.done;
  }
  if (output === undefined) folder.make();
  const page = output === undefined ? folder.report : resolve(directory, output);
  const text = output === undefined ? folder.markdown : page.replace(/(\.html?)?$/i, ".md");
  const evidence = text.replace(/\.md$/, ".json");
  writeFileSync(page, files.html);
  writeFileSync(text, files.markdown);
  writeFileSync(evidence, JSON.stringify(record));
  terminal.data(page);
  terminal.words(
    `The same as Markdown: ${relative(directory, text)}. What both are computed from: ${relative(directory, evidence)}.`,
  );
  const notes = makeNotes(directory, stack);
  const open = model.notes.sections.filter(({ filled }) => !filled).map(({ title }) => title);
  if (open.length > 0)
    terminal.words(
      `${notes.made ? "Made" : "Next: fill in"} ${notes.file}: ${open.join(", ")}; then make the report again.`,
    );
  for (const gap of model.gaps) terminal.words(`Not known: ${gap}`);
  return EXIT.done;
}

/**
 * The report from a record; the same record makes the same files.
 * @param readPictures by name, as `data:` addresses: the pictures of pages that are there.
 */
export async function makeReport(
  record: RolloutRecord,
  notes: string,
  readPictures: (names: readonly string[]) => Record<string, string> = () => ({}),
): Promise<{ model: ReportModel; files: { html: string; markdown: string } }> {
  const model = reportModel(record, parseNotes(record.stack, notes));
  const charts = await drawCharts(model);
  const pictures = readPictures(model.pages.map(({ picture }) => picture));
  return { model, files: { html: reportHtml(model, charts, pictures), markdown: reportMarkdown(model) } };
}

function readNotes(directory: string, stack: string): string {
  const path = join(directory, notesFile(stack));
  return existsSync(path) ? readFileSync(path, "utf8") : emptyNotes(stack);
}

/** Makes the notes' file where there is none; one that is there is never written over. */
function makeNotes(directory: string, stack: string): { file: string; made: boolean } {
  const file = notesFile(stack);
  const path = join(directory, file);
  if (existsSync(path)) return { file, made: false };
  writeFileSync(path, emptyNotes(stack), { flag: "wx" });
  return { file, made: true };
}
