/** Where things stand in a JSON text: a reader that goes on over what is wrong, for marks and for completion. */

export type JsonPath = readonly (string | number)[];

export interface Place {
  from: number;
  to: number;
}

/** Where reading stopped: the path of what is being written, and whether a key or a value is due. */
export interface Standing {
  path: JsonPath;
  due: 'key' | 'value' | 'nothing';
  /** The text that is begun, without its opening quote; null outside of a text. */
  open: { from: number; text: string } | null;
}

type Container = { kind: 'object'; key: string | null; from: number } | { kind: 'list'; index: number; from: number };

const TOKEN = /"(?:[^"\\]|\\[^])*("?)|[{}[\],:]|[^\s{}[\],:"]+/g;

const keyOf = (container: Container): string | number =>
  container.kind === 'object' ? (container.key ?? '') : container.index;

/** Goes through a text of any kind in linear time, and tells of every value that ends where it stands. */
function walk(text: string, tell: (path: JsonPath, value: Place, key: Place | null) => void): Standing {
  const stack: Container[] = [];
  let due: Standing['due'] = 'value';
  let key: Place | null = null;
  const keys: (Place | null)[] = [];
  const path = (): JsonPath => stack.map(keyOf);
  let open: Standing['open'] = null;
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const from = match.index;
    const to = from + token.length;
    const top = stack.at(-1);
    switch (token) {
      case '{':
      case '[':
        keys.push(key);
        stack.push(token === '{' ? { kind: 'object', key: null, from } : { kind: 'list', index: 0, from });
        due = token === '{' ? 'key' : 'value';
        key = null;
        break;
      case '}':
      case ']': {
        const closed = stack.pop();
        const held = keys.pop() ?? null;
        if (closed !== undefined) tell(path(), { from: closed.from, to }, held);
        due = 'nothing';
        break;
      }
      case ',':
        if (top?.kind === 'list') top.index++;
        if (top?.kind === 'object') top.key = null;
        due = top?.kind === 'object' ? 'key' : 'value';
        key = null;
        break;
      case ':':
        due = 'value';
        break;
      default: {
        const isText = token.startsWith('"');
        const ended = isText && match[1] === '"' && token.length > 1;
        if (isText && !ended) {
          open = { from: from + 1, text: token.slice(1) };
          return { path: path(), due, open };
        }
        if (due === 'key' && top?.kind === 'object') {
          top.key = unquoted(token);
          key = { from, to };
          due = 'nothing';
        } else {
          tell(path(), { from, to }, key);
          due = 'nothing';
        }
      }
    }
  }
  return { path: path(), due, open };
}

function unquoted(token: string): string {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : token;
  } catch {
    return token;
  }
}

/** What is being written at an offset. */
export const standingAt = (text: string, offset: number): Standing => walk(text.slice(0, offset), () => undefined);

/** The keys of the object at a path, as far as it is written. */
export function keysAt(text: string, path: JsonPath): Set<string> {
  const keys = new Set<string>();
  const around = JSON.stringify(path.map(String));
  walk(text, (at, _value, key) => {
    const last = at.at(-1);
    if (key !== null && last !== undefined && JSON.stringify(at.slice(0, -1).map(String)) === around)
      keys.add(String(last));
  });
  return keys;
}

/** The characters of what stands at a path or, where nothing does, of the nearest thing around it: its key if it has one. */
export function placeOf(text: string, path: JsonPath): Place {
  const places = new Map<string, Place>();
  const keys = new Map<string, Place>();
  const idOf = (at: JsonPath): string => JSON.stringify(at.map(String));
  const wanted = new Set(path.map((_, i) => idOf(path.slice(0, i + 1))));
  walk(text, (at, value, key) => {
    const id = idOf(at);
    if (!wanted.has(id)) return;
    places.set(id, value);
    if (key !== null) keys.set(id, key);
  });
  for (let length = path.length; length > 0; length--) {
    const id = idOf(path.slice(0, length));
    const value = places.get(id);
    if (value === undefined) continue;
    const key = keys.get(id);
    // A whole object is not underlined: what is meant is told at its key.
    const isLong = text.slice(value.from, value.to).includes('\n') || length < path.length;
    return isLong && key !== undefined ? key : isLong ? { from: value.from, to: value.from + 1 } : value;
  }
  return { from: 0, to: 1 };
}
