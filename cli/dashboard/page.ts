import { html, trusted } from "../report/html/safe-html";
import { STYLE } from "../report/html/style";
import { drawParts, type Seen } from "./parts";

const OWN_STYLE = `
ol.lines { list-style: none; margin: .6rem 0 0; padding: 0; max-height: 22rem; overflow-y: auto; } ol.lines li { padding: .08rem 0; white-space: pre-wrap; }
.swatch { display: inline-block; width: .7rem; height: .7rem; border-radius: 50%; } .swatch.c0 { background: var(--c0); } .swatch.c1 { background: var(--c1); } .swatch.c2 { background: var(--c2); } .swatch.c3 { background: var(--c3); }
.board { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.1rem; } .board section { margin: 0; min-width: 0; } main { padding-bottom: 3rem; padding-top: 1.2rem; }
@media (min-width: 1000px) { header, main { max-width: 1500px; } .board { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } #box-standing { grid-column: 1 / -1; } }
`;

/** The whole page, readable as it is; its script keeps it up to date. */
export function dashboardPage(seen: Seen): string {
  const title = `Rollout of ${seen.stack}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${trusted(STYLE + OWN_STYLE)}
        </style>
        <script src="live.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>
          <h1>${title}</h1>
          <p class="sub">
            Times: ${seen.timeZone}. It only looks; nothing can be changed here.
            <span id="connection" class="pill calm" role="status">connecting</span>
          </p>
        </header>
        <main id="main" class="board">
          ${drawParts(seen).map(
            ({ id, title: name, inner }) =>
              html`<section id="box-${id}" aria-labelledby="title-${id}">
                <h2 id="title-${id}">${name}</h2>
                <div id="${id}">${trusted(inner)}</div>
              </section> `,
          )}
        </main>
      </body>
    </html> `.text;
}
