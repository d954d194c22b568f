import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Action } from '../connections/contract.ts';
import { approvedFlow, call, callFlow, end, programOf, shopWith } from '../core/testing/flows.ts';
import { DONE, failedWith, REFUSED } from '../core/testing/play.ts';
import { flowOf, idOf } from '../flow/testing/build.ts';
import { verifyJournal } from '../audit/verify.ts';
import type { Journal } from '../journal/journal.ts';
import { openJournalReader } from '../journal/reader.ts';
import { openJournal } from '../journal/sqlite-journal.ts';
import { tempFolder } from '../journal/testing.ts';
import { seededBytes } from '../sandbox/world.ts';
import { CountersignError } from '../flow/error.ts';
import { eventsOf } from './events-of.ts';
import { storyOf } from './story.ts';
import type { PerformOutcome } from './environment.ts';
import { keyedAsWritten, Rig, throughAppend, type RigOptions } from './testing/rig.ts';

const HOUR = 3_600_000;

const rigs: Rig[] = [];
afterEach(() => {
  for (const rig of rigs.splice(0)) rig.close();
});

function rigOf(contract: Partial<Action>, more: Partial<RigOptions> = {}, approved = false): Rig {
  const flow = approved ? approvedFlow('refund') : callFlow('refund');
  const rig = new Rig({ programs: [programOf(flow, shopWith('refund', contract))], ...more });
  rigs.push(rig);
  return rig;
}

/** Starts a case for each order at once, so that they are decided upon in one transaction. */
async function startAll(rig: Rig, orders: readonly string[], amount = 10): Promise<string[]> {
  const started = await Promise.all(orders.map((order) => rig.start({ order, amount })));
  await rig.turns();
  return started.map(({ run }) => run);
}

async function pass(rig: Rig, ms: number): Promise<void> {
  const until = rig.clock.now() + ms;
  rig.clock.wakeIn(ms, () => undefined);
  for (; rig.clock.now() < until; await rig.turns()) rig.clock.step();
}

const three: Partial<Action> = { limits: [{ count: 3, per: 'PT1H' }] };
const once: Partial<Action> = { businessKey: { fields: ['order'], within: 'PT48H' } };
const statuses = (rig: Rig, runs: readonly string[]): string[] => runs.map((run) => rig.status(run));
const errorOf = (rig: Rig, run: string) => {
  for (const { event } of eventsOf(rig.engine.reader(), run))
    if (event.type === 'node.completed' && event.body.record !== null && 'error' in event.body.record)
      return event.body.record.error;
  return undefined;
};

describe('a business key', () => {
  const decomposed = 'A\u0301rpa\u0301d@x.org';

  it('is the same however it was typed: blanks and how accents are composed make no difference, capitals do', async () => {
    const rig = rigOf(once);
    const same = await startAll(rig, [decomposed.normalize('NFC'), decomposed, ` ${decomposed} `]);
    expect(statuses(rig, same)).toEqual(['done', 'refused', 'refused']);
    expect(errorOf(rig, same[1] ?? '')?.code).toBe('ALREADY_DONE');
    const spaced = await startAll(rig, ['Ann  Lee', 'Ann\u00A0Lee\n', 'ann lee', 'AnnLee']);
    expect(statuses(rig, spaced)).toEqual(['done', 'refused', 'done', 'done']);
    expect(rig.sent.length).toBe(4);
  });

  it('that an earlier version put on record by what was written still stands', async () => {
    const written = ' Ann@x.org ';
    let before = true;
    const rig = rigOf(once, { wrap: keyedAsWritten(' Ann@x.org ', () => before) });
    const [first = ''] = await startAll(rig, [written]);
    expect(rig.status(first)).toBe('done');
    before = false;
    rig.restart();
    expect(statuses(rig, await startAll(rig, [written, 'Ben@x.org']))).toEqual(['refused', 'done']);
  });
});

describe('I10 a limit of how often', () => {
  it('holds what is past it for an operator, also within one transaction, and says which', async () => {
    const rig = rigOf(three);
    const runs = await startAll(rig, ['1', '2', '3', '4', '5']);
    expect(statuses(rig, runs)).toEqual(['done', 'done', 'done', 'waiting', 'waiting']);
    expect(rig.sent.length).toBe(3);
    const [task] = rig.engine.reader().tasks({ status: 'open' });
    expect(task).toMatchObject({ role: 'operator', title: 'May “Call” go past its limit?' });
    const shown = eventsOf(rig.engine.reader(), runs[3] ?? '').flatMap(({ event }) =>
      event.type === 'task.created' ? [event.body.shown] : [],
    );
    expect(shown).toMatchObject([{ reason: '3 an hour are reached', effects: [{ action: 'refund' }] }]);
    const program = programOf(callFlow('refund'), shopWith('refund', three));
    const told = storyOf(program, eventsOf(rig.engine.reader(), runs[3] ?? '')).map(({ sentence }) => sentence);
    expect(told.at(-1)).toBe('waits for operator, as 3 an hour are reached: May “Call” go past its limit?');
  });

  it('lets go what a person lets, which counts, and refuses what they do not', async () => {
    const rig = rigOf(three);
    const [, , , fourth = '', fifth = ''] = await startAll(rig, ['1', '2', '3', '4', '5']);
    await rig.vote(fourth);
    await rig.vote(fifth, 'rejected');
    await rig.turns();
    expect(statuses(rig, [fourth, fifth])).toEqual(['done', 'refused']);
    expect(errorOf(rig, fifth)).toMatchObject({ code: 'LIMIT_REACHED' });
    expect(rig.sent.length).toBe(4);
    // The three are an hour old, and the fourth is not.
    await pass(rig, HOUR);
    const [later] = await startAll(rig, ['6']);
    expect(statuses(rig, [later ?? ''])).toEqual(['done']);
  });

  it('ends with its time, and not before', async () => {
    const rig = rigOf(three);
    await startAll(rig, ['1', '2', '3']);
    await pass(rig, HOUR - 1);
    const [early = ''] = await startAll(rig, ['4']);
    await pass(rig, 1);
    const [late = ''] = await startAll(rig, ['5']);
    expect(statuses(rig, [early, late])).toEqual(['waiting', 'done']);
  });

  it('is known after a restart, and after a commit that failed', async () => {
    let fails = false;
    const wrap = (journal: Journal): Journal =>
      throughAppend((append) => {
        if (!fails) return append();
        journal.close();
        throw new CountersignError({ code: 'JOURNAL_WRITE', message: 'no', hint: '' });
      })(journal);
    const rig = rigOf(three, { wrap });
    await startAll(rig, ['1', '2']);
    rig.restart();
    fails = true;
    await expect(startAll(rig, ['3', '4', '5'])).rejects.toThrow('no');
    fails = false;
    await pass(rig, 1000);
    await rig.turns();
    // Nothing of what was lost counts: there is room for one.
    const runs = await startAll(rig, ['3', '4']);
    expect(statuses(rig, runs)).toEqual(['done', 'waiting']);
    rig.restart();
    await rig.turns();
    const [another = ''] = await startAll(rig, ['5']);
    expect(statuses(rig, [another])).toEqual(['waiting']);
    rig.engine.stop();
    expect(verifyJournal(rig.path, { checkpoints: [] }).findings).toEqual([]);
  });

  it('does not count what was refused or failed', async () => {
    let outcome = REFUSED;
    const rig = rigOf(three, { outside: { perform: () => outcome } });
    await startAll(rig, ['1', '2', '3']);
    outcome = failedWith('no', false);
    await startAll(rig, ['4', '5', '6']);
    const runs = await startAll(rig, ['7', '8', '9', '10']);
    expect(statuses(rig, runs)).toEqual(['failed', 'failed', 'failed', 'waiting']);
  });

  it('does not count what left by its own exit for taking too long, the same in memory as after a restart', async () => {
    const flow = {
      ...callFlow('refund', {
        timedOut: true,
        retry: { attempts: 1, firstDelay: 'PT1S', factor: 1, maxDelay: 'PT1S' },
      }),
    };
    flow.edges = {
      ...flow.edges,
      late: { from: { node: idOf('Call'), port: 'timed out' }, to: { node: idOf('Failed') } },
    };
    const error = {
      code: 'ACTION_TIMED_OUT',
      message: 'late',
      hint: '',
      retryable: true,
      fault: 'other system',
    } as const;
    let outcome: PerformOutcome = { outcome: 'failed', sent: 'no', error };
    const rig = new Rig({
      programs: [programOf(flow, shopWith('refund', three))],
      outside: { perform: () => outcome },
    });
    rigs.push(rig);
    await startAll(rig, ['1', '2', '3']);
    expect(rig.engine.reader().effects({ status: 'failed' })).toHaveLength(3);
    outcome = DONE;
    const [next = ''] = await startAll(rig, ['4']);
    expect(statuses(rig, [next])).toEqual(['done']);
  });

  it('counts what is in doubt, and what is still under way', async () => {
    const rig = rigOf(
      { ...three, idempotency: { by: 'none' } },
      {
        outside: {
          perform: ({ request }) => (request.get('order') === '1' ? failedWith('maybe') : new Promise(() => undefined)),
        },
      },
    );
    const runs = await startAll(rig, ['1', '2', '3', '4']);
    expect(statuses(rig, runs)).toEqual(['in doubt', 'calling', 'calling', 'waiting']);
  });

  it('control: without a limit all of them go', async () => {
    const rig = rigOf({});
    expect(statuses(rig, await startAll(rig, ['1', '2', '3', '4']))).toEqual(['done', 'done', 'done', 'done']);
  });
});

describe('I10 a limit of how much', () => {
  it('adds up exactly, and makes no room by amounts below zero', async () => {
    const rig = rigOf({ limits: [{ sum: 'amount', max: 1, per: 'P1D' }] });
    const amounts = [0.1, 0.2, -5, 0.7, 0.1];
    const runs: string[] = [];
    for (const amount of amounts) runs.push(...(await startAll(rig, ['1'], amount)));
    expect(statuses(rig, runs)).toEqual(['done', 'done', 'done', 'done', 'waiting']);
    const [task] = eventsOf(rig.engine.reader(), runs[4] ?? '').flatMap(({ event }) =>
      event.type === 'task.created' ? [event.body] : [],
    );
    expect(task?.shown?.reason).toBe('“amount” of 1 a day would be passed');
    expect(task?.over).toEqual([{ sum: 'amount', max: 1, per: 'P1D' }]);
  });

  it('asks whoever approved the action, about both at once, and lets it go past the limits that were named', async () => {
    const rig = rigOf(
      {
        limits: [
          { sum: 'amount', max: 25, per: 'P1D' },
          { count: 2, per: 'PT1H' },
        ],
      },
      {},
      true,
    );
    const runs = await startAll(rig, ['1', '2', '3']);
    for (const run of runs) await rig.vote(run);
    await rig.turns();
    const last = runs[2] ?? '';
    expect(statuses(rig, runs)).toEqual(['done', 'done', 'waiting']);
    const [again] = rig.engine.reader().tasks({ run: last, status: 'open' });
    expect(again?.role).toBe('lead');
    await rig.vote(last);
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['done', 'done', 'done']);
  });
});

describe('P29 a limit of how much, where the amount is made from what is personal', () => {
  const DAY = 24 * HOUR;
  const OPERATOR = { issuer: 'people', subject: 'otto', role: 'operator', method: 'shell' };
  /** The amount says something of the person: 7,919,000 is in no other number of these files. */
  const salaryOf = (personal: boolean) =>
    flowOf('A salary')
      .input({ order: { type: 'string' }, amount: { type: 'number', ...(personal ? { personal: true } : {}) } })
      .node('Start', 'trigger', { columns: {} })
      .node('Words', 'transform', { fields: { twice: 'input.amount * 2' } })
      .node('Call', 'connector', call('refund', { arguments: { order: 'input.order', amount: 'Words.twice' } }))
      .node('Done', 'end', end('done'))
      .node('Refused', 'end', end('refused'))
      .edge('Start', 'next', 'Words')
      .edge('Words', 'next', 'Call')
      .edge('Call', 'done', 'Done')
      .edge('Call', 'refused', 'Refused')
      .build();
  const limited = shopWith('refund', { limits: [{ sum: 'amount', max: 20_000_000, per: 'P1D' }] });
  const rigFor = (personal: boolean): Rig => {
    const rig = new Rig({ programs: [programOf(salaryOf(personal), limited)] });
    rigs.push(rig);
    return rig;
  };
  const filesWith = (rig: Rig, text: string): string[] =>
    readdirSync(dirname(rig.path)).filter((name) => readFileSync(join(dirname(rig.path), name)).includes(text));
  const erase = (rig: Rig, runs: readonly string[]): void => {
    rig.engine.stop();
    const journal = openJournal({ path: rig.path, now: () => rig.clock.now(), random: seededBytes(5, 'erase') });
    expect(journal.erase({ runs, basis: 'request 12', actor: OPERATOR, at: rig.clock.now() }).runs).toBe(runs.length);
    journal.close();
    rig.restart();
  };

  it('is counted exactly, also after a restart, and stands in no file', async () => {
    const rig = rigFor(true);
    expect(statuses(rig, await startAll(rig, ['1'], 7_919_000))).toEqual(['done']);
    expect(filesWith(rig, '7919000')).toEqual([]);
    expect(filesWith(rig, '15838000')).toEqual([]);
    rig.restart();
    // 4,162,000 are left of it: exactly so much goes, and nothing after that.
    expect(statuses(rig, await startAll(rig, ['2'], 2_081_001))).toEqual(['waiting']);
    expect(statuses(rig, await startAll(rig, ['3'], 2_081_000))).toEqual(['done']);
    rig.engine.stop();
    expect(verifyJournal(rig.path).findings).toEqual([]);
  });

  it('is not known once it was erased: what comes is held for a person until the time of the limit is over', async () => {
    const rig = rigFor(true);
    const runs = await startAll(rig, ['1'], 50);
    erase(rig, runs);
    const [held = ''] = await startAll(rig, ['2'], 1);
    expect(statuses(rig, [held])).toEqual(['waiting']);
    await pass(rig, DAY);
    expect(statuses(rig, await startAll(rig, ['3'], 1))).toEqual(['done']);
  });

  it('control: an amount that is nobody’s stays readable, and is counted as it was', async () => {
    const rig = rigFor(false);
    expect(statuses(rig, await startAll(rig, ['1'], 7_919_000))).toEqual(['done']);
    expect(filesWith(rig, '15838000')).not.toEqual([]);
    rig.restart();
    expect(statuses(rig, await startAll(rig, ['2'], 2_081_001))).toEqual(['waiting']);
  });
});

describe('I10 a business key', () => {
  it('three cases for one customer do one effect, and say which case did it', async () => {
    const rig = rigOf(once);
    const runs = await startAll(rig, ['7', '7', '7', '8']);
    expect(statuses(rig, runs)).toEqual(['done', 'refused', 'refused', 'done']);
    expect(rig.sent.map(({ request }) => request.get('order'))).toEqual(['7', '8']);
    const error = errorOf(rig, runs[1] ?? '');
    expect(error).toMatchObject({ code: 'ALREADY_DONE', meaning: 'Nothing was sent.' });
    expect(error?.message).toContain(`“order” already, by the case ${runs[0] ?? ''} on 2026-03-02T09:00:00`);
    rig.restart();
    await rig.turns();
    expect(statuses(rig, await startAll(rig, ['7', '9']))).toEqual(['refused', 'done']);
    await pass(rig, 48 * HOUR);
    expect(statuses(rig, await startAll(rig, ['7']))).toEqual(['done']);
  });

  it('that lacks a field is none: nothing leaves, it says why, and nobody is in anybody’s way', async () => {
    const keyed: Partial<Action> = {
      businessKey: { fields: ['order', 'customer'], within: 'PT48H' },
      request: {
        order: { type: 'string' },
        customer: { type: 'string', optional: true },
        amount: { type: 'number' },
      },
    };
    const flow = flowOf('Refunds')
      .input({
        order: { type: 'string' },
        customer: { type: 'string', optional: true },
        amount: { type: 'number' },
      })
      .node('Start', 'trigger', { columns: {} })
      .node(
        'Call',
        'connector',
        call('refund', {
          arguments: { order: 'input.order', customer: 'input.customer', amount: 'input.amount' },
        }),
      )
      .node('Done', 'end', end('done'))
      .node('Refused', 'end', end('refused'))
      .edge('Start', 'next', 'Call')
      .edge('Call', 'done', 'Done')
      .edge('Call', 'refused', 'Refused')
      .build();
    const rig = new Rig({ programs: [programOf(flow, shopWith('refund', keyed))] });
    rigs.push(rig);
    const customers = [null, null, ' ', '', 'c-1', 'c-2', 'c-1'];
    const started = await Promise.all(customers.map((customer) => rig.start({ order: '7', customer, amount: 1 })));
    await rig.turns();
    const runs = started.map(({ run }) => run);
    expect(statuses(rig, runs)).toEqual(['refused', 'refused', 'refused', 'refused', 'done', 'done', 'refused']);
    expect(runs.map((run) => errorOf(rig, run)?.code)).toEqual([
      ...Array.from({ length: 4 }, () => 'BUSINESS_KEY_MISSING'),
      undefined,
      undefined,
      // Control: where all of it is there, the same is done once.
      'ALREADY_DONE',
    ]);
    expect(errorOf(rig, runs[0] ?? '')?.message).toBe(
      '“Call” is done once for the same “order” and “customer”, and this case has no “customer”.',
    );
    expect(rig.sent.map(({ request }) => request.get('customer'))).toEqual(['c-1', 'c-2']);
    expect(rig.engine.reader().effects({ run: runs[0] ?? '' })).toEqual([]);
  });

  it('is free again where nothing came of it, and taken while it is under way', async () => {
    let outcome: Promise<typeof REFUSED> | typeof REFUSED = REFUSED;
    const rig = rigOf(once, { outside: { perform: () => outcome } });
    await startAll(rig, ['7']);
    outcome = new Promise(() => undefined);
    const [first = ''] = await startAll(rig, ['7']);
    const [second = ''] = await startAll(rig, ['7']);
    expect(statuses(rig, [first, second])).toEqual(['calling', 'refused']);
    expect(rig.sent.length).toBe(2);
  });

  it('is looked at when the effect leaves, not when it is approved: nobody approves a second one past it', async () => {
    const rig = rigOf(once, {}, true);
    const runs = await startAll(rig, ['7', '7']);
    for (const run of runs) await rig.vote(run);
    await rig.turns();
    expect(statuses(rig, runs)).toEqual(['done', 'refused']);
    expect(rig.sent.length).toBe(1);
  });

  it('is on record as a keyed digest, of which who has no key can tell nothing', async () => {
    const business = async (rig: Rig, order: string): Promise<string | undefined> => {
      const [run = ''] = await startAll(rig, [order]);
      for (const { event } of eventsOf(rig.engine.reader(), run))
        if (event.type === 'call.intended') return event.body.business;
      return undefined;
    };
    // Both rigs draw the same chance, so their secrets are the same, and so is what stands for the same customer.
    const [one, other] = [rigOf(once), rigOf(once)];
    const first = await business(one, '7');
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(await business(other, '7')).toBe(first);
    expect(await business(other, '8')).not.toBe(first);
    // Another journal has another secret: trying out every customer number gives nothing.
    const random = seededBytes(99, 'another');
    const folder = tempFolder();
    const journal = openJournal({ path: join(folder.folder, 'journal.sqlite'), now: () => 0, random });
    const step = ['business key', 'shop', 'refund', ['order'], ['7']];
    const own = openJournalReader(one.path);
    expect(own.withBusinessKey(first ?? '', 0).length).toBe(1);
    expect(journal.keyed(JSON.stringify(step))).not.toBe(first);
    own.close();
    one.engine.stop();
    const again = openJournal({ path: one.path, now: () => 0, random });
    // Control: under the secret beside the journal it is the one.
    expect(again.keyed(JSON.stringify(step))).toBe(first);
    for (const open of [journal, again]) open.close();
    folder.remove();
  });
});
