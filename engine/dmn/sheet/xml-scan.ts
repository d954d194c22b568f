/**
 * The markup of a workbook's part, as events: a sheet of many cells is read once and never held as a tree. No document
 * type, so no entities of its own and nothing fetched.
 */
import { SheetRefused } from './refused.ts';

export interface XmlHandler {
  /** `name` is without its prefix; attributes are by their names as written. */
  open(name: string, attributes: (name: string) => string | undefined): void;
  close(name: string): void;
  text(text: string): void;
}

const TAG = /^<(\/?)(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])/;
/** A tag longer than this is no tag that a workbook holds. */
const MAX_TAG = 100_000;
const MAX_DEPTH = 60;

const broken = (at: number): SheetRefused =>
  new SheetRefused(
    `The workbook holds broken markup (at character ${at + 1} of one of its parts).`,
    'Open it in a spreadsheet and save it again as .xlsx.',
  );

/** Reads a part. Throws {@link SheetRefused} for what is no sound XML. */
export function scanXml(source: string, handler: XmlHandler): void {
  const open: string[] = [];
  let at = 0;
  while (at < source.length) {
    const next = source.indexOf('<', at);
    const end = next < 0 ? source.length : next;
    if (end > at && open.length > 0) handler.text(decode(source.slice(at, end), at));
    if (next < 0) break;
    at = special(source, next, handler);
    if (at > next) continue;
    at = tagEnd(source, next);
    const written = source.slice(next, at);
    const tag = TAG.exec(written);
    if (tag === null) throw broken(next);
    const [start, slash, name = ''] = tag;
    const rest = written.slice(start.length, -1);
    if (slash === '/') {
      if (open.pop() !== name) throw broken(next);
      handler.close(name);
      continue;
    }
    handler.open(name, (key) => attribute(rest, key));
    if (rest.endsWith('/')) handler.close(name);
    else if (open.push(name) > MAX_DEPTH) throw broken(next);
  }
  if (open.length > 0) throw broken(source.length);
}

/** Behind the `>` of a tag; one within quotes ends nothing. */
function tagEnd(source: string, from: number): number {
  const stop = /[>"']/g;
  for (let at = from; at >= 0 && at - from < MAX_TAG;) {
    stop.lastIndex = at;
    const found = stop.exec(source);
    if (found === null) break;
    if (found[0] === '>') return found.index + 1;
    at = source.indexOf(found[0], found.index + 1) + 1;
    if (at === 0) break;
  }
  throw broken(from);
}

/** Behind a comment, an instruction or a CDATA section; the same place when there is none. */
function special(source: string, at: number, handler: XmlHandler): number {
  const after = source[at + 1];
  if (after !== '!' && after !== '?') return at;
  const behind = (end: string): number => {
    const to = source.indexOf(end, at);
    if (to < 0) throw broken(at);
    return to + end.length;
  };
  if (after === '?') return behind('?>');
  if (source.startsWith('<!--', at)) return behind('-->');
  if (source.startsWith('<![CDATA[', at)) {
    const to = behind(']]>');
    handler.text(source.slice(at + 9, to - 3));
    return to;
  }
  throw new SheetRefused(
    'The workbook declares a document type, which none needs.',
    'Open it in a spreadsheet and save it again as .xlsx.',
  );
}

/** The value of an attribute; quotes of either kind. */
function attribute(rest: string, key: string): string | undefined {
  for (let from = 0; ;) {
    const at = rest.indexOf(`${key}=`, from);
    if (at < 0) return undefined;
    from = at + key.length + 1;
    const before = rest[at - 1];
    if (before !== undefined && !/\s/.test(before)) continue;
    const quote = rest[from];
    const end = quote === '"' || quote === "'" ? rest.indexOf(quote, from + 1) : -1;
    return end < 0 ? undefined : decode(rest.slice(from + 1, end), at);
  }
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decode(text: string, at: number): string {
  const plain = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  if (!plain.includes('&')) return plain;
  return plain.replaceAll(/&([^;&\s]{0,10});?/g, (whole, name: string) => {
    const known = ENTITIES.get(name);
    const number = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const code =
      number === null ? Number.NaN : Number.parseInt(number[1] ?? number[2] ?? '', number[1] === undefined ? 10 : 16);
    if (!whole.endsWith(';') || (known === undefined && !(code > 0 && code <= 0x10ffff))) throw broken(at);
    return known ?? String.fromCodePoint(code);
  });
}

/** Text for markup. What XML cannot hold is written in the `_xHHHH_` of workbooks (ECMA-376 Part 1, 22.9.2.19). */
export function markupText(text: string): string {
  return text
    .replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, escaped)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const escaped = (char: string): string => `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`;

/** The text behind `_xHHHH_`, which workbooks use for what XML cannot hold. */
export const unescapeText = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;

export const attributeText = (text: string): string =>
  markupText(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');
