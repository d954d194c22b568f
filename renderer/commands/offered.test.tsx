import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { CanvasTools } from '../canvas/canvas-tools.tsx';
import { initialState, opened } from '../state/transitions.ts';
import { SHEET_ACTS, TABLE_COMMANDS } from '../table/commands.ts';
import { TableExchange } from '../table/exchange/table-exchange.tsx';
import { perform, type TableAct } from '../table/model/acts.ts';
import { actOf, type KeyAct } from '../table/model/keys.ts';
import { at, single } from '../table/model/selection.ts';
import { TableEditor } from '../table/table-editor.tsx';
import { payingFlow } from '../test-kit/flows.ts';
import { drawn } from '../test-kit/views.tsx';
import { words } from '../words/index.ts';
import { partsOf } from './chord.ts';
import { allCommands, commandOf } from './registry.ts';

/** Whatever a button of a toolbar does, or a part of the window offers, is a command. */

beforeAll(async () => {
  await import('./all.ts');
});

const ROOT = join(import.meta.dirname, '..');
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), 'utf8') }));

/** Ids that stand in calls of `useOffer`. */
const idsOffered = (text: string): string[] =>
  [...text.matchAll(/useOffer\(\{(.*?)\n? *\}\);/gs)].flatMap(([, inner = '']) =>
    [...inner.matchAll(/'([a-z]+\.[a-z0-9-]+)':/g)].flatMap(([, id = '']) => id),
  );

const open = opened(initialState(), { path: 'flows/a.flow.json', flow: payingFlow(), digest: 'd', readOnly: null });
const table: DecisionTable = {
  hitPolicy: 'FIRST',
  inputs: [{ id: 'i1', expression: 'a' }],
  outputs: [
    { id: 'o1', name: 'x' },
    { id: 'o2', name: 'y' },
  ],
  rows: [
    { id: 'r1', when: ['1'], then: ['1', '2'] },
    { id: 'r2', when: ['2'], then: ['1', '2'] },
    { id: 'r3', when: ['3'], then: ['1', '2'] },
  ],
};
const nothing = () => undefined;
const use = {
  node: 'n_pay',
  scope: {},
  problems: [],
  checked: null,
  readOnly: false,
  change: nothing,
  endGesture: nothing,
  undo: nothing,
  redo: nothing,
  save: nothing,
};

/** What the buttons of a toolbar are called. */
const buttonsOf = (html: string): string[] =>
  [...html.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].map(
    ([, attributes = '', inner = '']) =>
      /aria-label="([^"]*)"/.exec(attributes)?.[1] ?? inner.replaceAll(/<[^>]*>/g, '').trim(),
  );

describe('parts of the window that offer commands', () => {
  it('O1 what is offered is in the registry, and what waits for an offer gets one from somewhere', () => {
    const ids = new Set(sources.flatMap(({ text }) => idsOffered(text)));
    for (const { id } of SHEET_ACTS) ids.add(id);
    expect([...ids].filter((id) => commandOf(id) === undefined)).toEqual([]);
    const waiting = [...TABLE_COMMANDS.map(({ id }) => id), 'record.evidence', 'runs.refresh', 'test.mock'];
    expect(waiting.filter((id) => !ids.has(id))).toEqual([]);
    expect(idsOffered("useOffer({\n  'no.such': act,\n  });")).toEqual(['no.such']);
  });

  it('O2 buttons that name a command name one that there is', () => {
    const named = sources.flatMap(({ text }) =>
      [...text.matchAll(/(?:<Tool\b[^>]*\bcommand="|commandOf\('|useHint\(')([^"']+)/g)].map(([, id = '']) => id),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((id) => commandOf(id) === undefined)).toEqual([]);
  });

  it('O3 every button of the toolbars of the canvas and of the table is a command, and says what the palette says', () => {
    const titles = new Set(allCommands().map(({ title }) => title(open)));
    const exchange = <TableExchange table={table} scope={{}} readOnly={false} onChange={nothing} nodeName="a" />;
    const editor = drawn(open, <TableEditor use={use} table={table} exchange={exchange} />);
    const toolbar = /<div class="sheet-tools".*?<div class="table-middle"/s.exec(editor)?.[0] ?? '';
    // Short for what stands in the palette at length.
    const short = new Map([
      [words().table.addInput, words().table.acts.addInput],
      [words().table.addOutput, words().table.acts.addOutput],
      [words().table.trial.open, words().table.acts.try],
      // A menu of commands.
      [words().sheets.menu, words().sheets.take],
    ]);
    const names = [...buttonsOf(drawn(open, <CanvasTools />)), ...buttonsOf(toolbar)];
    expect(names).toContain('Remove the rows');
    expect(names).toContain('Tidy up');
    expect(names.filter((name) => !titles.has(short.get(name) ?? name))).toEqual([]);
  });
});

const ROWS = { ...single(at(1, 0)), span: 'rows' as const };
const pressed = (chord: string) => {
  const parts = partsOf(chord);
  const key = parts.at(-1) ?? '';
  const [ctrl, shift, alt] = ['Ctrl', 'Shift', 'Alt'].map((one) => parts.includes(one));
  return {
    key: key.length === 1 ? key.toLowerCase() : key,
    ctrl: ctrl === true,
    shift: shift === true,
    alt: alt === true,
  };
};
const isTableAct = (act: KeyAct | null): act is TableAct =>
  act !== null && ['clear', 'fill down', 'insert', 'duplicate', 'remove', 'move'].includes(act.act);

describe('commands of a decision table', () => {
  it('O4 the keys that are told of them do the same', () => {
    for (const { id, act, chord } of SHEET_ACTS) {
      if (chord === undefined) continue;
      const selection = id.includes('row') ? ROWS : single(at(1, 1));
      const byKey = actOf(pressed(chord), selection, 10);
      if (!isTableAct(byKey) || !isTableAct(act)) throw new Error(`${chord} does nothing`);
      expect([id, perform(byKey, table, selection, 'z')]).toEqual([id, perform(act, table, selection, 'z')]);
    }
  });

  it('O5 whatever can be done to rows and columns is one of them', () => {
    const said = SHEET_ACTS.map(({ act }) => JSON.stringify(act));
    for (const axis of ['rows', 'columns'] as const) {
      for (const act of ['duplicate', 'remove'] as const) expect(said).toContain(JSON.stringify({ act, axis }));
      for (const where of ['before', 'after'] as const)
        expect(said).toContain(JSON.stringify({ act: 'insert', axis, where, one: true }));
      for (const by of [-1, 1] as const) expect(said).toContain(JSON.stringify({ act: 'move', axis, by }));
    }
  });
});
