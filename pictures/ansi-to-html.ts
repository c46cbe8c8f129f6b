/** What a terminal shows as a dark or light window on a page: the few colours that our screen uses. */
export function terminalPage(text: string, title: string): string {
  return `<!doctype html><meta charset="utf-8"><title>${escape(title)}</title><style>
    :root { --bg: #ffffff; --ink: #1f2328; --bar: #eceff3; --line: #d0d7de; --red: #b0222a; --green: #17683a; --yellow: #8a5300; --cyan: #1f5fbf; --dim: #656d76; }
    @media (prefers-color-scheme: dark) { :root { --bg: #0d1117; --ink: #e6edf3; --bar: #161b22; --line: #30363d; --red: #ff8d8d; --green: #6fd196; --yellow: #f0b45a; --cyan: #7db0ff; --dim: #8d96a0; } }
    body { margin: 0; padding: 14px; background: transparent; } .window { border: 1px solid var(--line); border-radius: 10px; overflow: hidden; background: var(--bg); color: var(--ink); }
    .bar { background: var(--bar); padding: 9px 14px; font: 12px system-ui, sans-serif; color: var(--dim); border-bottom: 1px solid var(--line); }
    .bar i { display: inline-block; width: 11px; height: 11px; border-radius: 50%; background: var(--line); margin-right: 6px; vertical-align: -1px; }
    pre { margin: 0; padding: 14px 18px; font: 12.5px/1.5 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre; overflow: hidden; }
    .c1 { font-weight: 700; } .c2 { color: var(--dim); } .c31 { color: var(--red); } .c32 { color: var(--green); } .c33 { color: var(--yellow); } .c36 { color: var(--cyan); }
  </style><div class="window" id="shot"><div class="bar"><i></i><i></i><i></i> ${escape(title)}</div><pre>${coloured(text)}</pre></div>`;
}

function coloured(text: string): string {
  let open = 0;
  const html = text.split(/(\u001b\[\d+m)/).map((part) => {
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code === undefined) return escape(part);
    // 22, 39 and 0 end what was begun.
    if (["0", "22", "39"].includes(code)) return open-- > 0 ? "</span>" : "";
    open++;
    return `<span class="c${code}">`;
  });
  return html.join("");
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (each) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[each] ?? "");
}
