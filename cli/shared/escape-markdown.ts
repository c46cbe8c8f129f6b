/**
 * Text that others wrote, for a place within Markdown: it becomes no markup, HTML, mention, link to an issue or other link, and no
 * block of its own where it begins a line. An "@" or a "#" is parted from what follows by a sign that nobody sees, as GitHub looks
 * for names behind what Markdown has made of them: so text is made plain before, not behind.
 * @source GitHub Flavored Markdown Spec, "Backslash escapes", "Autolinks (extension)", "List items"
 */
export function escapeMarkdown(text: string): string {
  return (
    text
      .replaceAll(/[\\`*~[\]<>|]/g, "\\$&")
      .replaceAll(/&(?=#|\w)/g, "&amp;")
      // Within a name it is no mark: ENABLE_X stays as it is typed.
      .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\_")
      .replaceAll("@", "@\u200b")
      .replaceAll(/#(?=\d)/g, "#\u200b")
      .replaceAll("\n", " ")
      .replace(/^(\s*)(?=[-+=#]+(?:\s|$|[-=]))/, "$1\\")
      .replace(/^(\s*\d+)(?=[.)](?:\s|$))/, "$1\\")
  );
}
