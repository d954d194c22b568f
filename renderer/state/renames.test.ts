import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeFlow } from '../../engine/flow/read.ts';
import { deskFlow, FLOW, refundFlow, SCENARIO } from '../../engine/studio/testing/tiny-workspace.ts';
import { deskOfEachTest } from '../test-kit/desk.ts';
import { saveVersion } from '../versions/acts.ts';
import { keepMine } from '../versions/disk.ts';
import { EMPTY, useVersions } from '../versions/store.ts';
import { readFlow } from '../../engine/flow/read.ts';
import { KINDS } from '../../nodes/index.ts';
import { edit, redoEdit, renameInputTo, renameTo, undoEdit } from './edit.ts';
import { loadWorkspace, openFlow, saveFlow, showFlow } from './files.ts';
import { askMisfits, repair } from './misfits.ts';
import { answerCallers, renamedFields } from './renames.ts';
import { runSuite } from './sandbox.ts';
import { transit, useStudio } from './store.ts';
import { present } from './transitions.ts';

const desk = deskOfEachTest();
const { read, write, idOf } = desk;
beforeEach(() => useVersions.setState(EMPTY, true));

const drawn = () => {
  const { document } = useStudio.getState();
  if (document === null) throw new Error('a flow is open');
  return document;
};
const fields = () => Object.fromEntries(renamedFields(drawn()));
const allHold = async (): Promise<boolean> => {
  await runSuite();
  const { suite, error } = useStudio.getState().sandbox;
  if (error !== null) throw new Error(error.message);
  return suite?.results.every((result) => result.holds) === true;
};

describe('renaming is one thing', () => {
  test('files change when it is saved, and undone and saved they are as they were', async () => {
    const before = [read(FLOW), read(SCENARIO)];
    expect(renameTo(idOf('Agree'), 'Lead')).toBeNull();
    expect(await allHold()).toBe(true);
    expect([read(FLOW), read(SCENARIO)]).toEqual(before);
    expect(await saveFlow()).toBe(true);
    expect(read(SCENARIO)).toContain('"at": "Lead"');
    undoEdit();
    expect(await allHold()).toBe(true);
    await saveFlow();
    expect([read(FLOW), read(SCENARIO)]).toEqual(before);
    redoEdit();
    await saveVersion('Lead', '');
    expect(read(SCENARIO)).toContain('"at": "Lead"');
    expect(await allHold()).toBe(true);
  });

  test('is refused where the name is taken, and then no file follows', async () => {
    const before = [read(FLOW), read(SCENARIO)];
    expect(renameTo(idOf('Agree'), 'Refund')?.code).toBe('NODE_NAME_TAKEN');
    expect(renameInputTo('amount', 'order')).toContain('already');
    await saveFlow();
    expect([read(FLOW), read(SCENARIO)]).toEqual(before);
  });

  test('an input field follows over saving, undoing and saving again; a name in the document’s text too', async () => {
    const before = read(SCENARIO);
    renameInputTo('amount', 'sum');
    renameInputTo('sum', 'total');
    expect(fields()).toEqual({ amount: 'total' });
    expect(await allHold()).toBe(true);
    await saveFlow();
    expect(fields()).toEqual({});
    expect(read(SCENARIO)).toContain('"total": 12');
    undoEdit();
    expect(fields()).toEqual({ total: 'sum' });
    expect(await allHold()).toBe(true);
    undoEdit();
    expect(fields()).toEqual({ total: 'amount' });
    await saveFlow();
    expect(read(SCENARIO)).toBe(before);
    // As one does who writes in the JSON tab: the field, and what reads it.
    const text = writeFlow(drawn().history.present)
      .replaceAll('amount', 'money')
      .replaceAll('"money": "input', '"amount": "input');
    const { flow } = readFlow(text, KINDS);
    edit('write', () => flow ?? drawn().history.present);
    expect(fields()).toEqual({ amount: 'money' });
    expect(await allHold()).toBe(true);
  });

  test('a field that goes and another that comes, one after the other, is no renaming', () => {
    const { amount, ...rest } = drawn().history.present.input;
    edit('remove', (flow) => ({ ...flow, input: rest }));
    edit('add', (flow) => ({ ...flow, input: { ...rest, price: amount ?? { type: 'number' } } }));
    expect(fields()).toEqual({});
  });

  test('the file changed on disk: nothing follows until a person chose, and then from what is there', async () => {
    renameTo(idOf('Agree'), 'Lead');
    const theirs = refundFlow('Theirs');
    const [id = ''] = Object.entries(theirs.nodes).find(([, node]) => node.name === 'Agree') ?? [];
    const nodes = { ...theirs.nodes, [id]: { ...theirs.nodes[id], name: 'Boss' } };
    write(FLOW, JSON.stringify({ ...theirs, nodes }));
    write(SCENARIO, read(SCENARIO).replace('"at": "Agree"', '"at": "Boss"'));
    expect(await saveFlow()).toBe(false);
    expect(read(SCENARIO)).toContain('"at": "Boss"');
    const { text, digest } = await desk.service.call('openFlow', { path: FLOW });
    useVersions.setState({
      conflicts: { [FLOW]: { digest, flow: readFlow(text, KINDS).flow, gone: false, newer: false } },
    });
    await keepMine(FLOW);
    expect(read(FLOW)).toContain('"name": "Lead"');
    expect(read(SCENARIO)).toContain('"at": "Lead"');
  });
});

describe('flows that call this one', () => {
  const CALLER = 'flows/desk.flow.json';

  beforeEach(async () => {
    mkdirSync(join(desk.root, 'tests/desk'));
    write(CALLER, writeFlow(deskFlow()));
    await loadWorkspace();
    renameInputTo('amount', 'sum');
  });

  /** Saves, and answers what is asked. */
  async function saving(choice: 'follow' | 'stay' | 'cancel'): Promise<boolean> {
    const save = saveFlow();
    await expect.poll(() => useStudio.getState().presence.dialog?.dialog).toBe('callers');
    answerCallers(choice);
    return save;
  }

  test('nothing is saved while one thinks about it, or not at all', async () => {
    const before = [FLOW, CALLER, SCENARIO].map(read);
    expect(await saving('cancel')).toBe(false);
    expect([FLOW, CALLER, SCENARIO].map(read)).toEqual(before);
  });

  test('a dialog that another one takes the place of, or that goes with what is shown, saves nothing and is no longer waited for', async () => {
    const before = [FLOW, CALLER, SCENARIO].map(read);
    const asked = async () => {
      await expect.poll(() => useStudio.getState().presence.dialog?.dialog).toBe('callers');
    };
    for (const other of [{ dialog: 'shortcuts' } as const, null]) {
      const save = saveFlow();
      await asked();
      transit((state) => present(state, { dialog: other }));
      expect(await save).toBe(false);
      expect(useStudio.getState().presence.dialog).toEqual(other);
      // An answer that comes late is to nobody's question.
      answerCallers('follow');
      expect(useStudio.getState().presence.dialog).toEqual(other);
    }
    const [first, second] = [saveFlow(), saveFlow()];
    await asked();
    answerCallers('cancel');
    expect(await Promise.all([first, second])).toEqual([false, false]);
    const leaving = saveFlow();
    await asked();
    await openFlow(CALLER);
    expect(await leaving).toBe(false);
    expect([FLOW, CALLER, SCENARIO].map(read)).toEqual(before);
  });

  test('they follow, or stay as they are', async () => {
    const before = read(CALLER);
    expect(await saving('stay')).toBe(true);
    expect(read(CALLER)).toBe(before);
    undoEdit();
    // Nothing hands over “sum”, so that nobody is asked.
    expect(await saveFlow()).toBe(true);
    redoEdit();
    expect(await saving('follow')).toBe(true);
    expect(read(CALLER)).toContain('"sum": "input.euros"');
    expect(read(SCENARIO)).toContain('"sum": 12');
  });

  test('one that is open with changes of its own follows there, loses none of them, and can undo it', async () => {
    await openFlow(CALLER);
    edit('title', (flow) => ({ ...flow, about: { ...flow.about, title: 'Mine' } }));
    showFlow(FLOW);
    const before = read(CALLER);
    expect(await saving('follow')).toBe(true);
    expect(read(CALLER)).toBe(before);
    showFlow(CALLER);
    expect(drawn().history.present.about.title).toBe('Mine');
    expect(JSON.stringify(drawn().history.present.nodes)).toContain('"sum":"input.euros"');
    undoEdit();
    expect(JSON.stringify(drawn().history.present.nodes)).toContain('"amount":"input.euros"');
    expect(drawn().history.present.about.title).toBe('Mine');
  });
});

test('a scenario that does not fit is told of in the window, and mended from there', async () => {
  write(SCENARIO, read(SCENARIO).replace('"at": "Agree"', '"at": "Agrees"'));
  await askMisfits();
  const [misfit] = useStudio.getState().sandbox.misfits;
  if (misfit === undefined) throw new Error('it does not fit');
  expect(misfit.repairs[0]).toEqual({ repair: 'rename step', from: 'Agrees', to: 'Agree' });
  const [first] = misfit.repairs;
  if (first !== undefined) await repair(misfit, first);
  expect(useStudio.getState().sandbox.misfits).toEqual([]);
  expect(await allHold()).toBe(true);
});
