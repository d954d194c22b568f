import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DecisionTable, TableOutput, TableRow } from '../table-document.ts';
import { elementsOf, readXml } from '../xml.ts';
import { decodeDmn, encodeDmn } from './bytes.ts';
import { exportDmn } from './export-dmn.ts';
import { importDmn } from './import-dmn.ts';
import { changeTable, openDmn } from './model-file.ts';
import type { ModelFile } from './model-file.ts';
import { anyTable, SCOPE } from './testing/tables.ts';

const KIT = path.resolve(import.meta.dirname, '../../../../shared/dmn-tck');
const FILES = existsSync(KIT) ? globSync('**/*.dmn', { cwd: KIT }).map((file) => path.join(KIT, file)) : [];

function open(text: string): ModelFile {
  const reading = openDmn(text);
  if (!reading.ok) throw new Error(reading.problem.message);
  return reading.file;
}

function changed(file: ModelFile, change: (table: DecisionTable) => DecisionTable, at = 0): string {
  const one = file.tables[at];
  const text = one === undefined ? null : changeTable(file, one.key, change(one.table));
  if (text === null) throw new Error('there is no table');
  return text;
}

/** What two texts have in common at both ends, cut away. */
function difference(before: string, after: string): { before: string; after: string } {
  let from = 0;
  while (from < Math.min(before.length, after.length) && before[from] === after[from]) from += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - from;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return { before: before.slice(from, before.length - end), after: after.slice(from, after.length - end) };
}

// The kit lies beside the project where it is at hand; the models below are here always.
describe('every model of the kit', () => {
  test.each(FILES.map((file) => [path.relative(KIT, file), file] as const))('%s keeps its bytes', (_name, file) => {
    const bytes = readFileSync(file);
    const decoded = decodeDmn(bytes);
    if (!decoded.ok) throw new Error(decoded.problem.message);
    expect(Buffer.from(encodeDmn(decoded.text, decoded.encoding)).equals(bytes)).toBe(true);
    const model = open(decoded.text);
    for (const { key, table } of model.tables) {
      // Written back as it is, and as a document would bring it back.
      expect(changeTable(model, key, table)).toBe(decoded.text);
      expect(changeTable(model, key, structuredClone(table))).toBe(decoded.text);
      expect(table.rows.length).toBeGreaterThan(0);
      const edited = structuredClone(table);
      const last = edited.rows.at(-1);
      if (last === undefined) continue;
      last.then[0] = '"§ & <é>"';
      const text = changeTable(model, key, edited) ?? '';
      const told = difference(decoded.text, text);
      expect(`${told.before}${told.after}`).not.toMatch(/[<\n]/);
      expect(open(text).tables.find((one) => one.key === key)?.table).toEqual(edited);
    }
  });

  test('has tables, where the kit is there, or this would hold of nothing', () => {
    const tables = FILES.flatMap((file) => open(readFileSync(file, 'utf8')).tables);
    const opened = FILES.filter((file) => importDmn(readFileSync(file, 'utf8')).ok);
    expect(tables.length).toBeGreaterThanOrEqual(FILES.length === 0 ? 0 : 15);
    expect(opened.length).toBeGreaterThanOrEqual(FILES.length === 0 ? 0 : 60);
  });
});

const FOREIGN = [
  '<?xml version="1.0" encoding="UTF-8" standalone=\'yes\'?>',
  '<!-- drawn elsewhere -->',
  '<dmn:definitions xmlns:dmn=\'https://www.omg.org/spec/DMN/20191111/MODEL/\' xmlns:x = "urn:x" id="d"  name=\'D\' namespace="urn:d">',
  '\t<dmn:extensionElements><x:thing a="1" /></dmn:extensionElements>',
  '\t<dmn:decision id="pick" name="Pick" x:colour="red">',
  '\t\t<dmn:decisionTable id="t" hitPolicy=\'FIRST\' preferredOrientation="Rule-as-Row" outputLabel="Pick">',
  '\t\t\t<dmn:input id="in"  label="A &amp; B"><dmn:inputExpression typeRef="number"><dmn:text>a</dmn:text></dmn:inputExpression></dmn:input>',
  '\t\t\t<dmn:output id="out" x:keep="yes"/>',
  '\t\t\t<dmn:annotation name="why"/><dmn:annotation name="who"/>',
  '\t\t\t<!-- the small ones -->',
  '\t\t\t<dmn:rule id="one"><dmn:inputEntry><dmn:text><![CDATA[< 5]]></dmn:text></dmn:inputEntry><dmn:outputEntry><dmn:text>"small"</dmn:text></dmn:outputEntry><dmn:annotationEntry><dmn:text>size</dmn:text></dmn:annotationEntry><dmn:annotationEntry><dmn:text>Ann</dmn:text></dmn:annotationEntry></dmn:rule>',
  '\t\t\t<!-- the others -->',
  '\t\t\t<dmn:rule id="two"><dmn:inputEntry><dmn:text/></dmn:inputEntry><dmn:outputEntry><dmn:text>"large"</dmn:text></dmn:outputEntry></dmn:rule>',
  '\t\t</dmn:decisionTable>',
  '\t</dmn:decision>',
  '</dmn:definitions>',
  '',
].join('\r\n');

describe('a document of others', () => {
  const file = open(FOREIGN);
  const told = (change: (table: DecisionTable) => DecisionTable): { before: string; after: string } => {
    const text = changed(file, change);
    expect(readXml(text).ok).toBe(true);
    return difference(FOREIGN, text);
  };
  const withRow =
    (at: number, change: Partial<TableRow>) =>
    (table: DecisionTable): DecisionTable => ({
      ...table,
      rows: table.rows.map((one, r) => (r === at ? { ...one, ...change } : one)),
    });
  const output =
    (change: Partial<TableOutput>) =>
    (table: DecisionTable): DecisionTable => ({
      ...table,
      outputs: table.outputs.map((one) => ({ ...one, ...change })),
    });

  test('shows what a table of ours can hold', () => {
    expect(file.tables).toMatchObject([
      {
        key: 't',
        whole: true,
        owner: { id: 'pick', name: 'Pick', kind: 'decision' },
        table: {
          hitPolicy: 'FIRST',
          inputs: [{ id: 'in', label: 'A & B', expression: 'a', type: 'number' }],
          outputs: [{ id: 'out', name: 'Pick' }],
          rows: [
            { id: 'one', when: ['< 5'], then: ['"small"'], note: 'size' },
            { id: 'two', when: [''], then: ['"large"'] },
          ],
        },
      },
    ]);
  });

  test('a cell in CDATA stays in CDATA; an empty one gets an end tag', () => {
    expect(told(withRow(0, { when: ['< 50'] }))).toEqual({ before: '', after: '0' });
    expect(told(withRow(1, { when: ['> 5 & x'] }))).toEqual({
      before: '/',
      after: '>> 5 &amp; x</dmn:text',
    });
  });

  test('a comment or an instruction beside a text stays when the text changes', () => {
    const remarked = FOREIGN.replace('"small"<', '"sm<!-- few -->all"<?keep me?><');
    const text = changed(open(remarked), withRow(0, { then: ['"tiny"'] }));
    expect(text).toBe(FOREIGN.replace('"small"<', '"tiny"<!-- few --><?keep me?><'));
  });

  test('a note is written where it stands', () => {
    expect(told(withRow(0, { note: 'length' }))).toEqual({ before: 'size', after: 'length' });
    expect(told(withRow(1, { note: 'rest' })).after).toContain('<dmn:text>rest</dmn:text>');
  });

  test('attributes keep their quotes, others their place', () => {
    expect(told((table) => ({ ...table, hitPolicy: 'UNIQUE' }))).toEqual({ before: 'FIRST', after: 'UNIQUE' });
    expect(
      told((table) => ({ ...table, inputs: table.inputs.map((input) => ({ ...input, label: 'A "or" B' })) })),
    ).toEqual({
      before: 'amp',
      after: 'quot;or&quot',
    });
    expect(told(output({ type: 'string' }))).toEqual({ before: '', after: 'typeRef="string" ' });
  });

  test('a column gets its values on lines like the others', () => {
    const text = told(output({ values: ['small', 'large'], default: '"none"' })).after;
    expect(text).toContain('<dmn:outputValues>');
    expect(text).toContain('<dmn:text>"small", "large"</dmn:text>');
    expect(text.indexOf('defaultOutputEntry')).toBeGreaterThan(text.indexOf('outputValues'));
  });

  test('rows come, go and change places; comments and what we do not show stay', () => {
    const swapped = changed(file, (table) => ({ ...table, rows: table.rows.toReversed() }));
    expect(open(swapped).tables[0]?.table.rows.map(({ id }) => id)).toEqual(['two', 'one']);
    expect(swapped.split('').toSorted().join('')).toBe(FOREIGN.split('').toSorted().join(''));
    const without = changed(file, (table) => ({ ...table, rows: table.rows.slice(0, 1) }));
    expect(without).toContain('<!-- the others -->');
    expect(without).toContain('>Ann<');
    const more = changed(file, (table) => ({
      ...table,
      rows: [...table.rows, { id: 'one', when: ['7'], then: ['"seven"'] }].map((row, i) => ({
        ...row,
        id: `${row.id}${i === 2 ? ' b' : ''}`,
      })),
    }));
    expect(more.startsWith(FOREIGN.slice(0, FOREIGN.indexOf('\r\n\t\t</dmn:decisionTable>')))).toBe(true);
    expect(open(more).tables[0]?.table.rows.at(-1)).toMatchObject({ id: 'one_b', when: ['7'], then: ['"seven"'] });
  });
});

test('any table can be made of any other: what is read back is what was written', () => {
  fc.assert(
    fc.property(anyTable, anyTable, (before, after) => {
      const text = exportDmn(before, 'Route', SCOPE);
      const written = changed(open(text), () => after);
      const read = open(written).tables[0]?.table;
      expect(plain(read)).toEqual(plain(after));
      expect(changed(open(written), (table) => table)).toBe(written);
      // And back: nothing that was added is left behind that a table of ours shows.
      expect(plain(open(changed(open(written), () => before)).tables[0]?.table)).toEqual(plain(before));
    }),
    { numRuns: 200 },
  );
});

/** A table without its ids: new elements get ids such as XML allows and the document does not have yet. */
function plain(table: DecisionTable | undefined): unknown {
  if (table === undefined) return null;
  const bare = <T extends { id: string }>({ id: _id, ...rest }: T): Omit<T, 'id'> => rest;
  return { ...table, inputs: table.inputs.map(bare), outputs: table.outputs.map(bare), rows: table.rows.map(bare) };
}

test('a document keeps every element it had when cells of it change', () => {
  const count = (text: string): number => {
    const reading = readXml(text);
    const walk = (element: Parameters<typeof elementsOf>[0]): number =>
      elementsOf(element).reduce((sum, child) => sum + walk(child), 1);
    return reading.ok ? walk(reading.root) : 0;
  };
  fc.assert(
    fc.property(anyTable, fc.nat(), fc.string({ maxLength: 5 }), (table, at, cell) => {
      fc.pre(table.rows.length > 0);
      const text = exportDmn(table, 'Route', SCOPE);
      const rows = table.rows.map((row, r) =>
        r === at % table.rows.length ? { ...row, then: row.then.with(0, cell) } : row,
      );
      expect(count(changed(open(text), () => ({ ...table, rows })))).toBe(count(text));
    }),
  );
});
