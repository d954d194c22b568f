import { afterEach, describe, expect, it } from 'vitest';
import { unkeyedMatch } from '../core/digest.ts';
import { end, programOf, shopFlow } from '../core/testing/flows.ts';
import type { WaitRow } from '../journal/journal.ts';
import { eventsOf } from './events-of.ts';
import { addressed, waitsFor } from './message.ts';
import { Rig } from './testing/rig.ts';

const word = {
  until: 'message',
  name: 'paid',
  key: 'input.order',
  fields: {},
  duration: 'PT1H',
  time: '',
  giveUp: 'P1D',
};
const waitingFor = (more: Record<string, unknown> = {}) =>
  programOf(
    shopFlow()
      .node('Word', 'wait', { ...word, ...more })
      .node('Done', 'end', end('done'))
      .chain('Start', 'Word')
      .edge('Word', 'arrived', 'Done')
      .edge('Word', 'timed out', 'Done')
      .build(),
  );
const program = waitingFor();

let close = (): void => undefined;
afterEach(() => close());

const message = (key: string, id: string) => ({ name: 'paid', key, id, from: 'bank', body: {} });

describe('a message', () => {
  it('P29 finds who waits for it by a keyed digest, also after a restart: guessing what it is about tells nothing', async () => {
    const rig = new Rig({ programs: [program] });
    close = () => rig.close();
    const { run } = await rig.start({ order: '7', amount: 1 });
    const begun = eventsOf(rig.engine.reader(), run).find(({ event }) => event.type === 'wait.begun')?.event;
    const match = begun?.type === 'wait.begun' ? begun.body.match : null;
    expect(match).toMatch(/^[0-9a-f]{32}$/);
    expect(match).not.toBe(unkeyedMatch('paid', '7'));
    rig.restart();
    await expect(rig.engine.message(message('8', '1'))).rejects.toMatchObject({ code: 'MESSAGE_UNAWAITED' });
    expect(await rig.engine.message(message('7', '1'))).toEqual({ run, again: false });
    expect(await rig.engine.message(message('7', '1'))).toEqual({ run, again: true });
    expect(rig.engine.reader().run(run)?.result).toBe('done');
  });

  it('is waited for about half a character as well, which no message can be about', async () => {
    const half = waitingFor({ key: String.raw`input.order + "\uD83D"` });
    const rig = new Rig({ programs: [half] });
    close = () => rig.close();
    const { run } = await rig.start({ order: '7', amount: 1 });
    expect(rig.status(run)).toBe('waiting');
  });

  it('P14 finds who has waited since an earlier version, before those that came after', () => {
    const wait = (run: string, match: string, id: string | null = null): WaitRow => ({
      run,
      node: 'w',
      path: '',
      match,
      id,
    });
    const keyed = (text: string): string => `keyed ${text}`;
    const now = keyed('["message","paid","7"]');
    const before = unkeyedMatch('paid', '7');
    const journal = (rows: readonly WaitRow[]) => ({
      keyed,
      waits: (match: string) => rows.filter((row) => row.match === match),
    });
    const both = journal([wait('new', now), wait('old', before)]);
    expect(waitsFor(both, 'paid', '7').map(({ run }) => run)).toEqual(['old', 'new']);
    expect(addressed(both, message('7', '1'))).toMatchObject({ run: 'old', stimulus: { match: before } });
    const taken = journal([wait('new', now), wait('old', before, '1')]);
    expect(addressed(taken, message('7', '1'))).toEqual({ run: 'old', stimulus: null });
    expect(addressed(taken, message('7', '2'))).toMatchObject({ run: 'new', stimulus: { match: now } });
    // Control: of another order nobody waits.
    expect(waitsFor(both, 'paid', '8')).toEqual([]);
  });

  it('P11 an id belongs to its sender: the same from another is another message, and nothing acknowledged is lost', async () => {
    const rig = new Rig({ programs: [program] });
    close = () => rig.close();
    const { run: first } = await rig.start({ order: '7', amount: 1 });
    expect(await rig.engine.message({ ...message('7', '1'), from: 'bank' })).toEqual({ run: first, again: false });
    const { run: second } = await rig.start({ order: '7', amount: 2 });
    rig.restart();
    expect(await rig.engine.message({ ...message('7', '1'), from: 'shop' })).toEqual({ run: second, again: false });
    expect(rig.engine.reader().run(second)?.result).toBe('done');
    // Control: either of them again is known again.
    for (const [from, run] of [
      ['bank', first],
      ['shop', second],
    ] as const)
      expect(await rig.engine.message({ ...message('7', '1'), from })).toEqual({ run, again: true });
  });

  it('P11 the same id of one sender with another content is refused, and the same content is known again', async () => {
    const noting = waitingFor({ fields: { note: { type: 'string' } } });
    const rig = new Rig({ programs: [noting] });
    close = () => rig.close();
    const { run } = await rig.start({ order: '7', amount: 1 });
    const said = (note: string) => rig.engine.message({ ...message('7', '1'), body: { note } });
    expect(await said('a')).toEqual({ run, again: false });
    rig.restart();
    await rig.start({ order: '7', amount: 2 });
    await expect(said('b')).rejects.toMatchObject({ code: 'RUN_KEY_REUSED', retryable: false });
    expect(await said('a')).toEqual({ run, again: true });
  });
});
