/**
 * A small reader of XML 1.0 for documents of strangers: no document type, so no entities of their own and nothing fetched;
 * bounds on size, depth and count. What it reads it keeps: prefixes, attribute order, comments and white space, so that a
 * document can be written back as it was.
 */

export interface XmlElement {
  readonly kind: 'element';
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  /** The namespace that the prefix stands for; '' when none. */
  readonly namespace: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlNode[];
  /** Offset of its `<` in the document. */
  readonly at: number;
  /** Offset behind the `>` of its start tag. */
  readonly opened: number;
  /** Offset of its end tag; `opened` where it closes itself. */
  readonly closing: number;
  /** Offset behind it. */
  readonly end: number;
}

export type XmlNode =
  | XmlElement
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'comment' | 'instruction'; readonly text: string };

export interface XmlFailure {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export type XmlReading =
  | { readonly ok: true; readonly root: XmlElement; readonly prolog: string }
  | { readonly ok: false; readonly failure: XmlFailure };

/** 16 million characters, 200 levels, one million elements: far beyond what people draw. */
const MAX_LENGTH = 16_000_000;
const MAX_DEPTH = 200;
const MAX_ELEMENTS = 1_000_000;
/** Of one element, and of namespaces that are known at one place. */
const MAX_ATTRIBUTES = 200;

class Malformed extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads a document. Never throws: what is wrong comes back with its line and column. */
export function readXml(source: string): XmlReading {
  try {
    if (source.length > MAX_LENGTH) {
      throw new Malformed(`The document is larger than ${MAX_LENGTH / 1_000_000} million characters.`, 0);
    }
    return new XmlReader(source).document();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const before = source.slice(0, error.at);
    const line = before.split('\n').length;
    return {
      ok: false,
      failure: { message: error.message, line, column: error.at - before.lastIndexOf('\n') },
    };
  }
}

const NAME = /[\p{L}_:][\p{L}\p{N}\p{M}._:\-·]*/uy;
const SPACE = /[ \t\r\n]*/y;
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

interface Open {
  readonly name: string;
  readonly namespaces: ReadonlyMap<string, string>;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlNode[];
  readonly at: number;
  opened: number;
}

class XmlReader {
  readonly #text: string;
  #at = 0;
  #elements = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\uFEFF')) this.#at = 1;
  }

  document(): XmlReading {
    this.#misc();
    const prolog = this.#text.slice(0, this.#at);
    if (this.#text[this.#at] !== '<') throw new Malformed('Expected an element.', this.#at);
    const root = this.#tree();
    this.#misc();
    if (this.#at < this.#text.length) throw new Malformed('There is text after the end.', this.#at);
    return { ok: true, root, prolog };
  }

  /** Declaration, comments, instructions and space around the root. */
  #misc(): void {
    for (;;) {
      this.#space();
      if (this.#text.startsWith('<?', this.#at)) this.#until('?>');
      else if (this.#text.startsWith('<!--', this.#at)) this.#until('-->');
      else if (this.#text.startsWith('<!', this.#at)) {
        throw new Malformed('A document type (<!DOCTYPE …>) is refused.', this.#at);
      } else return;
    }
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #until(end: string): string {
    const to = this.#text.indexOf(end, this.#at + 2);
    if (to < 0) throw new Malformed(`Expected “${end}”.`, this.#at);
    const inner = this.#text.slice(this.#at, to + end.length);
    this.#at = to + end.length;
    return inner;
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const name = NAME.exec(this.#text)?.[0] ?? '';
    if (name === '') throw new Malformed('Expected a name.', this.#at);
    this.#at += name.length;
    return name;
  }

  /** The root and everything in it, with a stack of our own. */
  #tree(): XmlElement {
    const stack: Open[] = [];
    for (;;) {
      const top = stack.at(-1);
      if (this.#at >= this.#text.length) throw new Malformed(`<${top?.name ?? ''}> is not closed.`, top?.at ?? 0);
      if (top !== undefined && this.#text[this.#at] !== '<') {
        top.children.push({ kind: 'text', text: this.#characters() });
        continue;
      }
      if (this.#text.startsWith('</', this.#at)) {
        const closed = this.#close(stack);
        const parent = stack.at(-1);
        if (parent === undefined) return closed;
        parent.children.push(closed);
      } else if (this.#text[this.#at + 1] === '!' || this.#text[this.#at + 1] === '?') {
        top?.children.push(this.#special());
      } else {
        const opened = this.#open(top?.namespaces ?? new Map());
        const closed = this.#selfClosed();
        opened.opened = this.#at;
        const element = closed ? elementOf(opened, this.#at, this.#at) : null;
        if (element === null) {
          if (stack.length >= MAX_DEPTH) throw new Malformed(`<${opened.name}> is nested too deeply.`, opened.at);
          stack.push(opened);
        } else if (top === undefined) return element;
        else top.children.push(element);
      }
    }
  }

  #special(): XmlNode {
    const { length } = this.#text;
    if (this.#text.startsWith('<![CDATA[', this.#at)) {
      return { kind: 'text', text: this.#until(']]>').slice(9, -3) };
    }
    if (this.#text.startsWith('<!--', this.#at)) return { kind: 'comment', text: this.#until('-->').slice(4, -3) };
    if (this.#text.startsWith('<?', this.#at)) {
      return { kind: 'instruction', text: this.#until('?>').slice(2, -2) };
    }
    throw new Malformed('A declaration is refused here.', Math.min(this.#at, length));
  }

  #characters(): string {
    const to = this.#text.indexOf('<', this.#at);
    const end = to < 0 ? this.#text.length : to;
    const text = this.#decode(this.#text.slice(this.#at, end), this.#at);
    this.#at = end;
    return text;
  }

  #decode(text: string, at: number): string {
    if (!text.includes('&')) return text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
    return text.replaceAll(/\r\n?/g, '\n').replaceAll(/&([^;&\s]{0,12});?/g, (whole, name: string) => {
      const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      if (known !== undefined && whole.endsWith(';')) return known;
      const match = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
      const code =
        match === null ? Number.NaN : Number.parseInt(match[1] ?? match[2] ?? '', match[1] === undefined ? 10 : 16);
      if (!whole.endsWith(';') || !(code > 0 && code <= 0x10ffff)) {
        throw new Malformed(`“${whole}” is no character that XML knows.`, at);
      }
      return String.fromCodePoint(code);
    });
  }

  #open(outer: ReadonlyMap<string, string>): Open {
    const at = this.#at;
    this.#elements += 1;
    if (this.#elements > MAX_ELEMENTS) throw new Malformed('There are too many elements.', at);
    this.#at += 1;
    const name = this.#name();
    const attributes = new Map<string, string>();
    let namespaces = outer;
    for (;;) {
      const before = this.#at;
      this.#space();
      const char = this.#text[this.#at];
      if (char === '>' || char === '/') break;
      if (this.#at === before) throw new Malformed(`<${name}> is not closed.`, at);
      const [key, value] = this.#attribute();
      if (attributes.has(key)) throw new Malformed(`<${name}> has “${key}” twice.`, before);
      attributes.set(key, value);
      if (attributes.size > MAX_ATTRIBUTES) throw new Malformed(`<${name}> has too many attributes.`, at);
      if (key === 'xmlns' || key.startsWith('xmlns:')) {
        namespaces = new Map(namespaces).set(key === 'xmlns' ? '' : key.slice(6), value);
        if (namespaces.size > MAX_ATTRIBUTES) throw new Malformed(`<${name}> has too many namespaces.`, at);
      }
    }
    return { name, namespaces, attributes, children: [], at, opened: at };
  }

  #attribute(): readonly [string, string] {
    const key = this.#name();
    this.#space();
    if (this.#text[this.#at] !== '=') throw new Malformed(`“${key}” has no value.`, this.#at);
    this.#at += 1;
    this.#space();
    const quote = this.#text[this.#at];
    if (quote !== '"' && quote !== "'") throw new Malformed(`The value of “${key}” needs quotes.`, this.#at);
    const end = this.#text.indexOf(quote, this.#at + 1);
    if (end < 0) throw new Malformed(`The value of “${key}” is not closed.`, this.#at);
    const raw = this.#text.slice(this.#at + 1, end);
    if (raw.includes('<')) throw new Malformed(`“<” stands in the value of “${key}”.`, this.#at);
    const value = this.#decode(raw, this.#at);
    this.#at = end + 1;
    return [key, value];
  }

  #selfClosed(): boolean {
    const closed = this.#text[this.#at] === '/';
    if (closed) this.#at += 1;
    if (this.#text[this.#at] !== '>') throw new Malformed('Expected “>”.', this.#at);
    this.#at += 1;
    return closed;
  }

  #close(stack: Open[]): XmlElement {
    const at = this.#at;
    this.#at += 2;
    const name = this.#name();
    this.#space();
    if (this.#text[this.#at] !== '>') throw new Malformed('Expected “>”.', this.#at);
    this.#at += 1;
    const open = stack.pop();
    if (open === undefined || open.name !== name) {
      throw new Malformed(`</${name}> closes what is not open${open === undefined ? '' : `; <${open.name}> is`}.`, at);
    }
    return elementOf(open, at, this.#at);
  }
}

function elementOf(open: Open, closing: number, end: number): XmlElement {
  const { name, namespaces, attributes, children, at, opened } = open;
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  return {
    kind: 'element',
    name,
    local: name.slice(colon + 1),
    namespace: namespaces.get(prefix) ?? '',
    attributes,
    children,
    at,
    opened,
    closing,
    end,
  };
}

/** The child elements of a local name, in order. */
export function childrenNamed(element: XmlElement, local: string): readonly XmlElement[] {
  return elementsOf(element).filter((child) => child.local === local);
}

export function childNamed(element: XmlElement, local: string): XmlElement | null {
  return childrenNamed(element, local)[0] ?? null;
}

export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => child.kind === 'element');
}

/** All text directly inside an element. */
export function textOf(element: XmlElement): string {
  return element.children.map((child) => (child.kind === 'text' ? child.text : '')).join('');
}
