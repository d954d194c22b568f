import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REFUND, REFUND_PATH, refundWithin, SURROUNDINGS } from '../core/testing/flows.ts';
import { INA } from '../core/testing/people.ts';
import { contextOf } from '../core/testing/play.ts';
import type { Flow } from '../flow/document.ts';
import { readFlow, writeFlow } from '../flow/read.ts';
import type { PinnedFile } from '../manifest/build.ts';
import { refusal, utf8 } from '../manifest/testing/manifest-kit.ts';
import { programDigest } from '../program/digest.ts';
import { KINDS } from '../../nodes/index.ts';
import { caseView } from './views.ts';
import { Office } from './testing/office.ts';

let office: Office;
beforeEach(() => (office = new Office()));
afterEach(async () => office.close());

const flows = { [REFUND_PATH]: REFUND };
const outer = refundWithin();
const codeOf = (act: () => unknown): string => refusal(act).code;
const digest = (flow: Flow, inner: Flow): string =>
  programDigest(flow, KINDS, { ...SURROUNDINGS, flows: { [REFUND_PATH]: inner } });

/** The sub-flow with another text in it. */
const changed = (from: string, to: string): Flow => {
  const text = writeFlow(REFUND).replace(from, to);
  expect(text).not.toBe(writeFlow(REFUND));
  const { flow } = readFlow(text, KINDS);
  if (flow === null) throw new Error('it is still a flow');
  return flow;
};
const withInner =
  (inner: Flow) =>
  (pins: PinnedFile[]): PinnedFile[] =>
    pins.map((pin) => (pin.kind === 'subflow' ? { ...pin, bytes: utf8(writeFlow(inner)) } : pin));

describe('a release with a sub-flow', () => {
  it('P21 is covered to the last byte of the sub-flow', () => {
    const runner = office.start();
    const path = office.manifest(outer, { flows });
    const blobs = join(dirname(path), 'blobs');
    let inner = 0;
    for (const name of readdirSync(blobs)) {
      const bytes = readFileSync(join(blobs, name));
      if (!bytes.equals(Buffer.from(writeFlow(REFUND)))) continue;
      inner += 1;
      for (const at of [0, 10, Math.floor(bytes.length / 2), bytes.length - 1]) {
        const other = Buffer.from(bytes);
        other[at] = (other[at] ?? 0) ^ 1;
        writeFileSync(join(blobs, name), other);
        expect(codeOf(() => runner.accept(path))).toBe('MANIFEST_BLOB');
      }
      writeFileSync(join(blobs, name), bytes);
    }
    expect(inner).toBe(1);
    expect(runner.accept(path).release).toBe(1);
  });

  it('P21 one that was signed with another sub-flow, or without it, is not the program that it names', () => {
    const runner = office.start();
    const other = withInner(changed('"attempts": 3', '"attempts": 4'));
    expect(codeOf(() => runner.accept(office.manifest(outer, { flows, tamper: other })))).toBe('MANIFEST_INVALID');
    const without = (pins: PinnedFile[]) => pins.filter((pin) => pin.kind !== 'subflow');
    expect(codeOf(() => runner.accept(office.manifest(outer, { flows, tamper: without })))).toBe('MANIFEST_INVALID');
    expect(runner.accept(office.manifest(outer, { flows })).release).toBe(1);
  });

  it('P21 the digest changes with what a sub-flow decides, and not with what is said about it', () => {
    const same = digest(outer, REFUND);
    expect(digest(outer, changed('"attempts": 3', '"attempts": 4'))).not.toBe(same);
    expect(digest(outer, changed('"name": "Agree"', '"name": "Consent"'))).not.toBe(same);
    expect(digest(outer, changed('"optional": true', '"optional": false'))).not.toBe(same);
    expect(digest(outer, { ...REFUND, layout: { n_call: { x: 1, y: 2 } } })).toBe(same);
    expect(digest(outer, { ...REFUND, about: { ...REFUND.about, purpose: 'Another.' } })).toBe(same);
    // A flow that stands in none of its steps is not part of it.
    expect(digest(REFUND, REFUND)).toBe(digest(REFUND, outer));
  });

  it('P22 asks for a grant for what the sub-flow does, whatever the manifest says', () => {
    office.bind(['read order']);
    const refused = refusal(() => office.start().accept(office.manifest(outer, { flows, requires: [] })));
    expect(refused.code).toBe('MANIFEST_GRANTS');
    expect(refused.message).toContain('shop.refund');
  });

  it('tells of the steps of a sub-flow as such, and runs on after a restart', async () => {
    let runner = office.start();
    const { program } = runner.accept(office.manifest(outer, { flows }));
    const input = contextOf({ order: '7', amount: 12 });
    const { run } = await runner.engine.start({ program, release: '1', key: null, initiator: INA, input });
    await office.stop(runner);
    runner = office.start();
    const [task] = runner.engine.reader().tasks({ run });
    expect(task).toMatchObject({ node: 'n_pay_back.n_agree', role: 'lead' });
    await runner.engine.decide(run, task?.id ?? '', office.decide({ id: '', shown: '', ...task, run }, 'rejected'));
    const view = caseView(runner, run);
    expect([view.status, view.result]).toEqual(['completed', 'not done']);
    expect(view.story.map(({ name }) => name)).toEqual([
      'Start',
      'Pay back › input',
      'Pay back › Agree',
      'Pay back',
      'Not done',
    ]);
  });
});
