import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFlow } from '../../engine/flow/read.ts';
import { FLOW, refundFlow, SCENARIO } from '../../engine/studio/testing/tiny-workspace.ts';
import { deskOfEachTest } from '../test-kit/desk.ts';
import { slowWire } from '../test-kit/slow-wire.ts';
import { saveVersion } from '../versions/acts.ts';
import { renameTo, undoEdit } from './edit.ts';
import { askToClose, filesChanged, flowShown, openFlow, saveFlow, showFlow } from './files.ts';
import { bringBack, changeCase, deleteCase, editCase, keepCase, newCase, runCase } from './making.ts';
import { transit, useStudio } from './store.ts';
import { present } from './transitions.ts';

/** What a person did in the window is not lost by what happens around it. */

const OTHER = 'flows/other.flow.json';
const THIRD = 'flows/third.flow.json';
const desk = deskOfEachTest((root) => {
  for (const [path, title] of [
    [OTHER, 'Other'],
    [THIRD, 'Third'],
  ] as const)
    writeFileSync(join(root, path), writeFlow(refundFlow(title)));
});
const { read, write, idOf } = desk;

const state = () => useStudio.getState();
const retitled = (path: string, title: string) => write(path, writeFlow(refundFlow(title)));

describe('a case that is being made', () => {
  it('stays when its flow changes on disk, on the canvas or parked', async () => {
    newCase();
    changeCase({ name: 'mine', given: { order: 'special', amount: 12 } });
    retitled(FLOW, 'Changed');
    await filesChanged([FLOW]);
    expect(state().document?.history.present.about.title).toBe('Changed');
    expect(state().sandbox.making).toMatchObject({ name: 'mine', given: { amount: 12 } });
    await openFlow(OTHER);
    expect(state().sandbox.making).toBeNull();
    retitled(FLOW, 'Changed again');
    await filesChanged([FLOW]);
    showFlow(FLOW);
    await expect.poll(() => state().document?.path).toBe(FLOW);
    expect(state().document?.history.present.about.title).toBe('Changed again');
    expect(state().sandbox.making).toMatchObject({ name: 'mine', given: { amount: 12 } });
  });

  it('is asked about before its tab closes, on the canvas, parked or to be read again, and not once it is kept', async () => {
    const asked = () => state().presence.dialog?.dialog ?? null;
    const open = () => state().tabs.map(({ path }) => path);
    newCase();
    // Nothing was done to it yet, so that nothing is lost.
    await askToClose(FLOW);
    expect([open(), asked()]).toEqual([[], null]);
    await openFlow(FLOW);
    newCase();
    changeCase({ name: 'mine', given: { order: 'special', amount: 12 } });
    await askToClose(FLOW);
    expect([open(), asked()]).toEqual([[FLOW], 'close draft']);
    transit((now) => present(now, { dialog: null }));
    await openFlow(OTHER);
    for (const change of [() => undefined, () => filesChanged([FLOW])]) {
      retitled(FLOW, 'Read again');
      await change();
      await askToClose(FLOW);
      expect(state().document?.path).toBe(FLOW);
      expect([asked(), state().sandbox.making?.name]).toEqual(['close draft', 'mine']);
      transit((now) => present(now, { dialog: null }));
      showFlow(OTHER);
    }
    showFlow(FLOW);
    await runCase();
    expect(await keepCase('it')).toBeNull();
    await askToClose(FLOW);
    expect([open(), asked()]).toEqual([[OTHER], null]);
  });

  it('stays to be kept where it was changed while it was being kept', async () => {
    await editCase(SCENARIO);
    const keeping = keepCase('it');
    changeCase({ name: 'changed meanwhile' });
    expect(await keeping).toBeNull();
    expect(state().sandbox.making?.name).toBe('changed meanwhile');
    expect(await keepCase('it')).toBeNull();
    expect(JSON.parse(read(SCENARIO))).toMatchObject({ name: 'changed meanwhile' });
    expect(state().sandbox.making).toBeNull();
  });

  it('is drawn when it has run, and no real case in its place', async () => {
    await editCase(SCENARIO);
    const of = state().document?.history.present ?? refundFlow();
    const real = { run: 'r', release: '1', program: 'p', of, differs: null };
    const course = { status: 'completed', result: null, started: 0, ended: 1, steps: [] } as const;
    transit((now) => present(now, { real: { ...real, ...course } }));
    await runCase();
    expect(state().sandbox.making?.ran).not.toBeNull();
    expect(state().presence.real).toBeNull();
  });
});

it('a scenario that was deleted comes back as it was, whatever the draft is called by then', async () => {
  const before: unknown = JSON.parse(read(SCENARIO));
  renameTo(idOf('Agree'), 'Lead');
  await deleteCase(SCENARIO);
  undoEdit();
  await bringBack();
  expect(JSON.parse(read(SCENARIO))).toEqual(before);
  await deleteCase(SCENARIO);
  renameTo(idOf('Agree'), 'Lead');
  await bringBack();
  expect(state().sandbox.error).toBeNull();
  expect(JSON.parse(read(SCENARIO))).toEqual(before);
});

describe('saving', () => {
  it('twice at once saves once and asks nothing', async () => {
    renameTo(idOf('Agree'), 'Lead');
    expect(await Promise.all([saveFlow(), saveFlow()])).toEqual([true, true]);
    expect(state().presence.dialog).toBeNull();
    // The control: what is changed in between is saved by the second.
    renameTo(idOf('Lead'), 'Boss');
    const first = saveFlow();
    renameTo(idOf('Boss'), 'Chief');
    await Promise.all([first, saveFlow()]);
    expect(state().presence.dialog).toBeNull();
    expect(read(FLOW)).toContain('"Chief"');
  });

  it('a version of a flow whose tab was left meanwhile is saved in that tab', async () => {
    await openFlow(OTHER);
    showFlow(FLOW);
    renameTo(idOf('Agree'), 'Lead');
    const saving = saveVersion('one', '');
    showFlow(OTHER);
    expect(await saving).toBe(true);
    showFlow(FLOW);
    renameTo(idOf('Lead'), 'Boss');
    expect(await saveFlow()).toBe(true);
    expect(state().presence.dialog).toBeNull();
  });
});

describe('flows that are asked for one after the other', () => {
  it('the one that was asked for last stays on the canvas, whichever comes last', async () => {
    const { letGo } = slowWire(desk, 'openFlow');
    const first = flowShown(OTHER);
    await openFlow(THIRD);
    expect(state().document?.path).toBe(THIRD);
    letGo();
    await first;
    expect(state().document?.path).toBe(THIRD);
  });

  it('one that is asked for twice is not read anew over what was drawn meanwhile', async () => {
    const { letGo } = slowWire(desk, 'openFlow');
    const first = flowShown(OTHER);
    await flowShown(OTHER);
    expect(renameTo(idOf('Refund'), 'Pay out')).toBeNull();
    const drawn = state().document?.history.present;
    letGo();
    await first;
    expect(state().document?.history.present).toBe(drawn);
  });

  it('one that is drawn on while it is looked whether it follows its file keeps what was drawn', async () => {
    await openFlow(OTHER);
    await openFlow(THIRD);
    retitled(OTHER, 'Theirs');
    const { letGo } = slowWire(desk, 'openFlow');
    const following = filesChanged([OTHER]);
    await expect.poll(() => state().service.workspace?.documents[OTHER]?.about.title).toBe('Theirs');
    showFlow(OTHER);
    expect(renameTo(idOf('Refund'), 'Pay out')).toBeNull();
    showFlow(THIRD);
    letGo();
    await following;
    showFlow(OTHER);
    expect(idOf('Pay out')).not.toBe('');
  });

  it('a case is made of the flow that it was asked for, and of no other that came onto the canvas meanwhile', async () => {
    const { letGo } = slowWire(desk, 'openScenario');
    const editing = editCase(SCENARIO);
    await openFlow(OTHER);
    letGo();
    await editing;
    expect([state().document?.path, state().sandbox.making]).toEqual([OTHER, null]);
  });
});
