/** Changes to the text of an XML document that leave everything else as it stands, byte for byte. */
import { childNamed } from '../xml.ts';
import type { XmlElement } from '../xml.ts';

/** What stands between two offsets of the text becomes another text. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** The part of a text between two offsets with edits made; they are within it and do not overlap. */
export function applyEdits(source: string, edits: readonly Edit[], from = 0, to = source.length): string {
  const parts: string[] = [];
  let at = from;
  for (const edit of edits.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    parts.push(source.slice(at, edit.from), edit.text);
    at = edit.to;
  }
  parts.push(source.slice(at, to));
  return parts.join('');
}

const TEXT_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
const ATTRIBUTE_ESCAPES: Readonly<Record<string, string>> = {
  ...TEXT_ESCAPES,
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Among these is all that no XML 1.0 document can hold, escaped or not (XML 1.0, 2.2). */
const SUSPECT = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

/** Whether XML can hold a text as it is. */
export const isPossible = (text: string): boolean => possible(text) === text;

/** FEEL with what XML cannot hold written as FEEL escapes it in its strings, the one place where it can stand. */
function possible(text: string): string {
  return text.replaceAll(SUSPECT, (char) => {
    const code = char.charCodeAt(0);
    if ('\t\n\r'.includes(char) || (code >= 0x7f && code <= 0x9f)) return char;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** A text as an element's content. */
export const escapeText = (text: string): string =>
  possible(text).replaceAll(/[&<\r]|(?<=\]\])>/g, (char) => TEXT_ESCAPES[char] ?? char);

/** A text as an attribute's value, for either kind of quotes. */
export const escapeAttribute = (text: string, quote = '"'): string =>
  possible(text).replaceAll(/[&<"'\r\n\t]/g, (char) =>
    (char === '"' || char === "'") && char !== quote ? char : (ATTRIBUTE_ESCAPES[char] ?? char),
  );

/** What sets an attribute, or takes it away: its value alone is written where it stands already. */
export function setAttribute(source: string, element: XmlElement, name: string, value: string | null): readonly Edit[] {
  const spans = /(\s+)([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')/y;
  spans.lastIndex = element.at + 1 + element.name.length;
  for (let found = spans.exec(source); found !== null; found = spans.exec(source)) {
    if (found[2] !== name) continue;
    const to = spans.lastIndex;
    if (value === null) return [{ from: found.index, to, text: '' }];
    const quoted = found[3] ?? '';
    const from = to - quoted.length + 1;
    return [{ from, to: to - 1, text: escapeAttribute(value, quoted[0]) }];
  }
  if (value === null) return [];
  const at = element.at + 1 + element.name.length;
  return [{ from: at, to: at, text: ` ${name}="${escapeAttribute(value)}"` }];
}

const isSelfClosed = (source: string, element: XmlElement): boolean =>
  element.closing === element.end && source[element.end - 2] === '/';

/** What makes a text the whole content of an element, in the way in which its content was written. */
export function setContent(source: string, element: XmlElement, text: string): Edit {
  const before = source.slice(element.opened, element.closing);
  const marked = /^(\s*)<!\[CDATA\[([^]*)\]\]>(\s*)$/.exec(before);
  const content =
    marked !== null && !text.includes(']]>') && !text.includes('\r') && !(marked[2] ?? '').includes(']]>')
      ? `<![CDATA[${possible(text)}]]>`
      : escapeText(text) + remarksIn(element);
  return isSelfClosed(source, element)
    ? wrapped(source, element, content)
    : { from: element.opened, to: element.closing, text: content };
}

/** Comments and instructions between the characters of a text: no part of it, and not ours to take away. */
function remarksIn({ children }: XmlElement): string {
  const remarks = children.map((child) =>
    child.kind === 'comment' ? `<!--${child.text}-->` : child.kind === 'instruction' ? `<?${child.text}?>` : '',
  );
  return remarks.join('');
}

/** `<a b="c" />` with content. */
function wrapped(source: string, element: XmlElement, content: string): Edit {
  const slash = source.lastIndexOf('/', element.end - 1);
  const head = source.slice(element.at, slash).trimEnd();
  return { from: element.at + head.length, to: element.end, text: `>${content}</${element.name}>` };
}

/** What puts something into an element behind a child of it, or first where that is null. */
export function insertInto(source: string, element: XmlElement, behind: XmlElement | null, content: string): Edit {
  if (isSelfClosed(source, element)) return wrapped(source, element, content);
  const at = behind?.end ?? element.opened;
  return { from: at, to: at, text: content };
}

/** What takes an element away, with the white space before it. */
export function remove(source: string, element: XmlElement): Edit {
  return { from: spaceBefore(source, element.at), to: element.end, text: '' };
}

/** Where the white space before an offset begins. */
export function spaceBefore(source: string, at: number): number {
  let from = at;
  while (from > 0 && /[ \t\r\n]/.test(source[from - 1] ?? '')) from -= 1;
  return from;
}

/** What makes a FEEL text that of an element that holds it in a `<text>`; the content of the text element alone. */
export function setFeel(source: string, element: XmlElement, text: string): Edit {
  const inner = childNamed(element, 'text');
  if (inner !== null) return setContent(source, inner, text);
  const name = `${prefixOf(element)}text`;
  const behind = childNamed(element, 'extensionElements') ?? childNamed(element, 'description');
  return insertInto(source, element, behind, `<${name}>${escapeText(text)}</${name}>`);
}

/** `dmn:` of `dmn:decision`, or ''. */
export const prefixOf = (element: XmlElement): string => element.name.slice(0, -element.local.length);
