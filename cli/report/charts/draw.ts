import type { Spec } from "vega";

/** Two widths of each chart: a chart made for a desk cannot be read on a phone. Pixels. */
export const WIDTHS = { wide: 500, narrow: 340 } as const;
export type Width = keyof typeof WIDTHS;

/**
 * A chart as SVG text, drawn without a browser. Colours are CSS variables of the page, so that it follows light and dark.
 * @param name for ids inside, unique on the page.
 */
export async function drawChart(spec: Spec, name: string): Promise<string> {
  const vega = await import("vega");
  const view = new vega.View(vega.parse(spec), { renderer: "none", logLevel: vega.Error });
  const svg = await view.toSVG();
  view.finalize();
  return tidy(svg, name);
}

/** Ids that are unique on the page, and numbers no finer than a tenth of a pixel: a report has to stay small. */
function tidy(svg: string, name: string): string {
  return svg
    .replace(/<svg [^>]*?viewBox="([^"]*)"[^>]*>/, (_, box: string) => {
      return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" aria-hidden="true" focusable="false">`;
    })
    .replace(/\bid="([^"]+)"/g, `id="${name}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${name}-$1)`)
    .replace(/ (?:aria-\w+|role|pointer-events|stroke-miterlimit)="[^"]*"/g, (found) =>
      found.startsWith(' aria-hidden="true" focusable') ? found : "",
    )
    .replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10));
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** What all charts have in common. */
export function chartFrame(width: Width, height: number): Spec {
  return {
    width: WIDTHS[width],
    height,
    padding: 4,
    autosize: { type: "fit", contains: "padding" },
    config: {
      axis: {
        labelFont: FONT,
        titleFont: FONT,
        labelFontSize: 12,
        titleFontSize: 12,
        titleFontWeight: 500,
        labelColor: "var(--muted)",
        titleColor: "var(--muted)",
        gridColor: "var(--grid)",
        domainColor: "var(--axis)",
        tickColor: "var(--axis)",
        titlePadding: 10,
        labelPadding: 5,
      },
      legend: {
        labelFont: FONT,
        titleFont: FONT,
        labelFontSize: 12,
        labelColor: "var(--ink)",
        titleColor: "var(--muted)",
        orient: "top",
        columnPadding: 16,
        symbolStrokeWidth: 2.5,
      },
    },
  };
}

/** A line across the whole chart with its name: the baseline, or a limit. */
export function horizontalRule(
  value: number,
  label: string,
  colour: string,
  name: "baseline" | "limit",
  {
    above = true,
    dash = [5, 4],
    outside = false,
    middle = false,
  }: { above?: boolean; dash?: number[]; outside?: boolean; middle?: boolean } = {},
): NonNullable<Spec["marks"]> {
  return [
    {
      type: "rule",
      name: `${name}_${label.replace(/\W+/g, "_")}`,
      encode: {
        enter: {
          x: { value: 0 },
          x2: { signal: "width" },
          y: { scale: "y", value },
          stroke: { value: colour },
          strokeDash: { value: dash },
          strokeWidth: { value: 1.5 },
        },
      },
    },
    // First in the panel's colour and broad, so that lines behind the words do not run through them.
    ...[
      { fill: "var(--panel)", stroke: "var(--panel)", strokeWidth: 4 },
      { fill: colour, stroke: "none", strokeWidth: 0 },
    ].map((paint) => ({
      type: "text" as const,
      zindex: 1,
      encode: {
        enter: {
          x: { signal: outside ? "width + 6" : "width - 4" },
          y: { scale: "y", value, offset: middle ? 4 : outside ? (above ? 1 : 8) : above ? -5 : 13 },
          align: { value: outside ? ("left" as const) : ("right" as const) },
          text: { value: label },
          fill: { value: paint.fill },
          stroke: { value: paint.stroke },
          strokeWidth: { value: paint.strokeWidth },
          font: { value: FONT },
          fontSize: { value: 11 },
        },
      },
    })),
  ];
}

export const SERIES = ["p50", "p95", "p99"] as const;
export const SERIES_COLOURS = ["var(--c1)", "var(--c2)", "var(--c3)"];
export { FONT };
