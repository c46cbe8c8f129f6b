const MOST_LINES = 60;

/** What a text that is no JSON document tells by name: JSON a line, XML's elements and attributes, lines of `name: state`. */
export function textEntries(body: string): readonly object[] {
  const text = body.replace(/^\uFEFF/, "").trim();
  if (text.startsWith("<")) return xmlEntries(text.slice(0, 20_000));
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  if (lines.length > MOST_LINES) return [];
  return lines.flatMap((line) => lineEntries(line));
}

function lineEntries(line: string): readonly object[] {
  if (/^[[{]/.test(line)) {
    try {
      return [JSON.parse(line) as object];
    } catch {
      return [];
    }
  }
  const named = /^([A-Za-z][\w .-]{0,40}?)\s*[:=]\s*(\S.{0,199})$/.exec(line);
  return named === null ? [] : [{ [named[1] ?? ""]: named[2] ?? "" }];
}

/** White space first becomes a single blank: an expression that looks for its ends itself takes minutes for a page of nothing else. */
function xmlEntries(text: string): readonly object[] {
  const plain = text.replaceAll(/\s+/g, " ");
  const elements = [...plain.matchAll(/<([\w:-]{1,60})(?: [^<>]*)?>([^<>]{1,200})<\/\1>/g)];
  const attributes = [...plain.matchAll(/ ([\w:-]{1,60})="([^"<>]{1,200})"/g)];
  return [...elements, ...attributes].flatMap(([, name = "", value = ""]) =>
    value.trim() === "" ? [] : [{ [name]: value.trim() }],
  );
}
