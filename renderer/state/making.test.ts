import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFlow } from '../../engine/flow/read.ts';
import { deskOfEachTest } from '../test-kit/desk.ts';
import { FLOW, refundFlow, SCENARIO } from '../../engine/studio/testing/tiny-workspace.ts';
import { redoEdit, renameInputTo, renameTo, undoEdit } from './edit.ts';
import { filesChanged, flowShown, openFlow } from './files.ts';
import {
  bringBack,
  changeCase,
  closeCase,
  deleteCase,
  duplicateCase,
  editCase,
  keepCase,
  newCase,
  runCase,
} from './making.ts';
import { isUntested } from './sandbox.ts';
import { useStudio } from './store.ts';

/** Cases are made in the window, against the real service and real files. */

const desk = deskOfEachTest();
const { read, write, idOf } = desk;

const sandbox = () => useStudio.getState().sandbox;
const making = () => {
  const now = sandbox().making;
  if (now === null) throw new Error('no case is being made');
  return now;
};
const folder = () => readdirSync(join(desk.root, 'tests/refunds')).sort();
const names = () => useStudio.getState().service.workspace?.flows[0]?.scenarios.map(({ name }) => name);

describe('a case made in the window', () => {
  it('M1 does not run while something is missing; then what comes out is expected, kept, and run as it is kept', async () => {
    newCase();
    expect(useStudio.getState().session).toMatchObject({ foldOpen: true, foldTab: 'case' });
    await runCase();
    expect(making()).toMatchObject({ tried: true, ran: null });
    changeCase({ given: { order: 'special', amount: 12 } });
    await runCase();
    expect(making().ran?.result).toMatchObject({ status: 'completed', result: 'refunded' });
    expect(making().expect).toEqual({
      status: 'completed',
      result: 'refunded',
      passes: ['Agree'],
      effects: [{ action: 'shop.refund', times: 1, with: { order: 'special', amount: 12 } }],
    });
    changeCase({ name: 'A refund' });
    expect(await keepCase('it')).toBeNull();
    expect(sandbox()).toMatchObject({
      making: null,
      chosen: 'tests/refunds/a-refund.scenario.json',
      result: { scenario: 'A refund', holds: true },
    });
    expect(names()).toContain('A refund');
  });

  it('M2 what a person chose to expect stays when the case runs again; closing keeps nothing and shows no result of it', async () => {
    const before = folder();
    newCase();
    changeCase({ given: { order: 'special', amount: 12 } });
    await runCase();
    changeCase({ expect: { result: 'not refunded' }, chose: true });
    await runCase();
    expect(making().expect).toEqual({ result: 'not refunded' });
    expect(making().ran?.result.holds).toBe(false);
    closeCase();
    expect(sandbox()).toMatchObject({ making: null, result: null });
    expect(folder()).toEqual(before);
  });

  it('M3 a scenario that another program changed is not written over; it can be kept as another', async () => {
    await editCase(SCENARIO);
    const theirs = read(SCENARIO).replace('"special"', '"theirs"');
    write(SCENARIO, theirs);
    changeCase({ name: 'mine' });
    expect((await keepCase('it'))?.code).toBe('FILE_CHANGED');
    expect(making().name).toBe('mine');
    expect(read(SCENARIO)).toBe(theirs);
    expect(await keepCase('another')).toBeNull();
    expect(folder()).toContain('mine.scenario.json');
    expect(read(SCENARIO)).toBe(theirs);
  });

  it('M4 a copy expects what comes out of it; a scenario is deleted and brought back as it was', async () => {
    await duplicateCase(SCENARIO);
    expect(making()).toMatchObject({ place: null, name: 'approved (copy)' });
    changeCase({ people: [] });
    await runCase();
    expect(making().expect).toMatchObject({ status: 'waiting' });
    closeCase();

    const before = read(SCENARIO);
    await deleteCase(SCENARIO);
    expect(names()).toEqual(['rejected']);
    await deleteCase('tests/refunds/rejected.scenario.json');
    expect(isUntested(useStudio.getState())).toBe(true);
    await bringBack();
    expect(names()).toEqual(['rejected']);
    expect(isUntested(useStudio.getState())).toBe(false);
    expect(sandbox().gone).toBeNull();
    write(SCENARIO, before);
    await deleteCase(SCENARIO);
    await bringBack();
    expect(JSON.parse(read(SCENARIO))).toEqual(JSON.parse(before));
  });

  it('M5 follows its flow: steps and input fields are called there as they are drawn, undone and done again', async () => {
    newCase();
    changeCase({ given: { order: 'special', amount: 12 } });
    await runCase();
    const before = making();
    expect(renameTo(idOf('Agree'), 'Lead')).toBeNull();
    expect(renameInputTo('amount', 'sum')).toBeNull();
    const renamed = {
      given: { order: 'special', sum: 12 },
      people: [{ at: 'Lead', decide: 'approved' }],
      expect: { ...before.expect, passes: ['Lead'] },
    };
    expect(making()).toMatchObject(renamed);
    undoEdit();
    undoEdit();
    expect(making()).toEqual(before);
    redoEdit();
    redoEdit();
    await runCase();
    expect(making()).toMatchObject({ ...renamed, ran: { result: { holds: true, status: 'completed' } } });
    changeCase({ name: 'By the lead' });
    expect(await keepCase('it')).toBeNull();
    expect(sandbox()).toMatchObject({
      making: null,
      error: null,
      result: { scenario: 'By the lead', holds: true },
    });
  });

  it('M6 follows its flow while that is parked, or changes on disk', async () => {
    await editCase(SCENARIO);
    changeCase({ name: 'mine' });
    const renamed = (name: string): void => {
      const flow = refundFlow();
      const nodes = Object.entries(flow.nodes).map(([id, node]): [string, typeof node] => [
        id,
        node.name === 'Agree' ? { ...node, name } : node,
      ]);
      write(FLOW, writeFlow({ ...flow, nodes: Object.fromEntries(nodes) }));
    };
    renamed('Lead');
    await filesChanged([FLOW]);
    expect(making()).toMatchObject({ name: 'mine', people: [{ at: 'Lead' }] });
    write('flows/other.flow.json', writeFlow(refundFlow('Other')));
    await openFlow('flows/other.flow.json');
    renamed('Boss');
    await filesChanged([FLOW]);
    await flowShown(FLOW);
    expect(making()).toMatchObject({ name: 'mine', people: [{ at: 'Boss' }] });
  });
});
