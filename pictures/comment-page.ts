import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: true, linkify: false });

/** A review as a pull request's page shows its comment. @param text Markdown of `rollout review`, which escapes what others wrote. */
export function commentPage(text: string): string {
  return `<!doctype html><meta charset="utf-8"><title>Review</title><style>
    :root { --bg: #ffffff; --ink: #1f2328; --bar: #f6f8fa; --line: #d0d7de; --muted: #59636e; --code: #eff1f3; }
    @media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --ink: #e6edf3; --bar: #151b23; --line: #3d444d; --muted: #9198a1; --code: #262c36; } }
    body { margin: 0; padding: 14px; font: 14px/1.5 system-ui, "Segoe UI", sans-serif; color: var(--ink); background: transparent; }
    #shot { border: 1px solid var(--line); border-radius: 8px; background: var(--bg); overflow: hidden; }
    .bar { background: var(--bar); border-bottom: 1px solid var(--line); padding: 9px 16px; color: var(--muted); font-size: 13px; } .bar b { color: var(--ink); }
    .body { padding: 4px 18px 16px; } h1, h2 { font-size: 1.4em; border-bottom: 1px solid var(--line); padding-bottom: .3em; } h3 { font-size: 1.1em; }
    table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: 5px 12px; text-align: left; } code { background: var(--code); border-radius: 5px; padding: .15em .35em; font-size: 87%; }
    pre { background: var(--code); padding: 12px; border-radius: 6px; overflow: hidden; } pre code { padding: 0; } blockquote { margin: 0; padding: 0 1em; color: var(--muted); border-left: .25em solid var(--line); }
    summary { cursor: pointer; }
  </style><div id="shot"><div class="bar"><b>github-actions</b> bot commented just now</div><div class="body">${markdown.render(text)}</div></div>`;
}
