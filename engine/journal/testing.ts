import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { ENGINE } from '../core/event.ts';
import type { Draft } from './journal.ts';
import { openJournal, type JournalOptions, type SqliteJournal } from './sqlite-journal.ts';

/** A folder of its own for a test, and how it goes away. */
export function tempFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-journal-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Bytes that differ from call to call and are the same in every test run. */
export function countedBytes(seed = 1): (bytes: number) => Uint8Array {
  let state = seed >>> 0;
  return (bytes) =>
    Uint8Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
}

export const AT = 1_764_000_000_000;

export function openIn(folder: string, more: Partial<JournalOptions> = {}): SqliteJournal {
  return openJournal({ path: join(folder, 'journal.sqlite'), now: () => AT, random: countedBytes(), ...more });
}

/** A draft of a run event. */
export function draft(run: string, type: string, open: Draft['open'], more: Partial<Draft> = {}): Draft {
  return { subject: `run:${run}`, type, v: 1, at: AT, actor: ENGINE, open, ...more };
}

export const started = (run: string, key: string | null = null): Draft =>
  draft(run, 'run.started', { program: 'sha256-p', release: null, key });

export const completed = (run: string, node: string, port: string, more: Record<string, string> = {}): Draft =>
  draft(run, 'node.completed', { visit: 1, port, ...more }, { node });

export const ended = (run: string, result = 'done'): Draft =>
  draft(run, 'run.ended', { status: 'completed', result }, { node: 'end' });

/** The four events of a run without calls and people, its input sealed. */
export function wholeRun(run: string): Draft[] {
  return [
    { ...started(run, `row:${run}`), sealed: { keyOf: `run:${run}`, value: { input: { text: `canary of ${run}` } } } },
    completed(run, 'ask', 'answered', { by: 'model' }),
    completed(run, 'route', 'urgent', { by: 'rule' }),
    ended(run),
  ];
}

const error = { code: 'ACTION_UNREACHABLE', message: 'down', hint: 'wait', retryable: true, fault: 'other system' };
const call = { connection: 'billing', action: 'refund' };

/** One event of some run, of any type a run can have, whether or not it makes sense at that point. */
export const anyRunEvent: fc.Arbitrary<Draft> = fc
  .record({
    run: fc.constantFrom('a', 'b', 'c'),
    node: fc.constantFrom('n1', 'n2'),
    visit: fc.constantFrom(1, 2),
    at: fc.integer({ min: 0, max: 100 }),
    port: fc.constantFrom('done', 'refused', 'failed', 'approved', 'timed out', 'urgent'),
    which: fc.nat(26),
    path: fc.constantFrom('', 'n1:1:0', 'n1:1:1', 'n1:1:0/n2:1:0'),
    flag: fc.boolean(),
  })
  .map(({ run, node, visit, at, port, which, path, flag }) => {
    const key = `key ${run} ${node} ${visit}`;
    const task = `task ${run} ${node} ${visit}`;
    const bodies: [string, Draft['open']][] = [
      [
        'run.started',
        {
          program: 'p',
          ...(flag ? { deadline: at } : {}),
          release: flag ? '3' : null,
          key: flag ? `key of ${run}` : null,
          ...(visit === 1 ? { line: flag ? 'l1' : 'l2' } : {}),
          ...(visit === 1 && node === 'n1' ? { queued: true } : {}),
        },
      ],
      ['node.completed', { visit, port, ...(flag ? { by: 'person' } : {}) }],
      [
        'call.intended',
        {
          visit,
          key,
          ...call,
          class: flag ? 'reversible' : 'irreversible',
          digest: 'd',
          ...(at % 3 === 0 ? {} : { business: at % 3 === 1 ? 'b1' : 'b2' }),
          ...(flag ? { counts: at % 2 === 0 ? {} : { amount: { $number: '0.5' }, fee: 2 } } : {}),
        },
      ],
      ['call.failed', { visit, attempt: 1, sent: 'no', error, retryAt: at }],
      ['call.repeated', { visit, attempt: 2 }],
      ['call.doubted', { visit, key, task: `doubt ${task}`, error, ...call }],
      ['task.created', { visit, task, role: 'lead', due: flag ? at : null, title: 'Refund?', digest: 'd' }],
      ['task.voted', { visit, task, vote: { decision: 'approved' } }],
      ['answer.set aside', { visit, next: flag ? 'person' : 'rule', by: 'model' }],
      ['task.created', { visit, task, type: flag ? 'choose' : 'fill in', role: 'lead', title: 'Which?', digest: 'd' }],
      [
        'doubt.settled',
        {
          visit,
          task: `doubt ${task}`,
          ...(flag || visit === 1 ? {} : { held: true }),
          settlement: { happened: flag, person: 'ada' },
        },
      ],
      ['doubt.reopened', { visit, task: `doubt ${task}`, settlement: { happened: null, person: 'ada' } }],
      ['run.ended', { status: flag ? 'completed' : 'failed', result: port, ...(flag ? {} : { error }) }],
      ['label.added', { label: port }],
      ['node.completed', { visit, port }],
      ['branches.opened', { visit, join: 'n2', any: flag, keys: ['0', '1', '2'], item: 'x', atOnce: flag ? 2 : 9 }],
      ['branches.dropped', { visit, paths: [path, 'n1:1:2'] }],
      ['run.stopping', { ...(flag ? { error } : {}), undo: flag, dropped: [path] }],
      ['wait.begun', { visit, until: flag ? at : null, match: flag ? null : `match ${node}` }],
      ['node.completed', { visit, port, by: 'message', message: `message ${at}` }],
      ['run.admitted', {}],
      ['run.suspended', { reason: port }],
      ['run.resumed', { reason: port }],
      ['undo.intended', { visit, key: `undo ${key}`, of: key, ...call, class: 'reversible', digest: 'd' }],
      ['effect.undone', { visit, of: key, outcome: flag ? 'undone' : 'failed', attempts: 1 }],
    ];
    const [type, open] = bodies[which] ?? ['label.added', null];
    return draft(run, type, open, path === '' ? { node, at } : { node, path, at });
  });
