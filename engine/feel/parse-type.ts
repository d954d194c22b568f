/** Types in source: `number`, `list<string>`, `context<a: number>`, `function<number> -> string`, named types. */
import type { TypeNode } from './ast.ts';
import { canonicalName, longestOf, NameSet, wordAt } from './names.ts';
import type { Reader } from './reader.ts';

export const BUILT_IN_TYPES = new NameSet([
  'Any',
  'Null',
  'string',
  'number',
  'boolean',
  'date',
  'time',
  'date and time',
  'dateTime',
  'days and time duration',
  'dayTimeDuration',
  'years and months duration',
  'yearMonthDuration',
]);

export function parseType(reader: Reader, typeNames: readonly NameSet[]): TypeNode {
  reader.skip();
  const from = reader.pos;
  return reader.nested(() => {
    const word = wordAt(reader.source, from);
    if (word === 'list' || word === 'range' || word === 'context' || word === 'function') {
      const generic = reader.attempt(() => {
        reader.advance(word.length);
        reader.expect('<', `Say of what, as in ${word}<number>.`);
        return true;
      });
      if (generic === true) return parseGeneric(reader, typeNames, word, from);
    }
    return { kind: 'named', name: parseTypeName(reader, typeNames), ...reader.span(from) };
  });
}

function parseTypeName(reader: Reader, typeNames: readonly NameSet[]): string {
  const known = longestOf(typeNames, reader.source, reader.pos);
  let name = known?.name ?? '';
  if (known === null) {
    const word = wordAt(reader.source, reader.pos);
    if (word === '') reader.unexpected('Expected a type', 'Write number, string, date, list<number>…');
    name = word;
    reader.advance(word.length);
  } else {
    reader.advance(known.to - reader.pos);
  }
  while (reader.source[reader.pos] === '.' && reader.source[reader.pos + 1] !== '.') {
    reader.advance(1);
    name = `${name}.${parseTypeName(reader, typeNames)}`;
  }
  return name;
}

function parseGeneric(
  reader: Reader,
  typeNames: readonly NameSet[],
  kind: 'list' | 'range' | 'context' | 'function',
  from: number,
): TypeNode {
  if (kind === 'list' || kind === 'range') {
    const of = parseType(reader, typeNames);
    reader.expect('>', 'Close the type with >.');
    return { kind, of, ...reader.span(from) };
  }
  if (kind === 'context') {
    const fields: [string, TypeNode][] = [];
    while (!reader.accept('>')) {
      if (fields.length > 0) reader.expect(',', 'Separate the fields by commas.');
      const name = readUpTo(reader, ':');
      fields.push([name, parseType(reader, typeNames)]);
    }
    return { kind, fields, ...reader.span(from) };
  }
  const parameters: TypeNode[] = [];
  while (!reader.accept('>')) {
    if (parameters.length > 0) reader.expect(',', 'Separate the parameters by commas.');
    parameters.push(parseType(reader, typeNames));
  }
  const result = reader.accept('->') ? parseType(reader, typeNames) : null;
  return { kind, parameters, result, ...reader.span(from) };
}

/** Reads a name up to a symbol, and passes the symbol. */
function readUpTo(reader: Reader, symbol: string): string {
  reader.skip();
  const at = reader.source.indexOf(symbol, reader.pos);
  const name = at < 0 ? '' : canonicalName(reader.source.slice(reader.pos, at));
  if (name === '') reader.unexpected('Expected a name', `Write the name, then “${symbol}”.`);
  reader.advance(at + symbol.length - reader.pos);
  return name;
}
