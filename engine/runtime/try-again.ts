import { planAgain, type Again, type Retries } from '../core/try-again.ts';
import type { Actor } from '../core/event.ts';
import { CountersignError } from '../flow/error.ts';
import type { EffectRow, Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import { decodeEvent } from '../core/codec.ts';
import type { StartRequest } from './batch.ts';
import { againKey, retriedOf } from './chain.ts';
import { failure } from './errors.ts';

export interface TryAgain {
  run: string;
  again: Again;
  by: Actor;
  reason: string;
  /** Keys of the effects that whoever asks knows to have been done already; needed from the start. */
  effects: readonly string[];
  /** The version that it is to run on. */
  program: Program;
  release: string | null;
  /** Digest of its manifest. */
  manifest?: string;
}

type Reader = Pick<Journal, 'run' | 'events' | 'effects'>;

/** What a run, and those that it tried again, have done and not taken back. */
export function effectsDone(journal: Reader, run: string): EffectRow[] {
  const earlier = retriedOf(journal.run(run)?.key ?? null);
  const own = journal.effects({ run }).filter(({ status }) => status === 'done' || status === 'not undone');
  return [...(earlier === null ? [] : effectsDone(journal, earlier)), ...own];
}

/**
 * The start of a run that tries an ended one again. Errors: RUN_UNKNOWN, RUN_ERASED, RETRY_REFUSED with why it cannot be,
 * RETRY_EFFECTS where it would begin at the start and what was done already is not named.
 */
export function againRequest(
  journal: Reader,
  programOf: (digest: string) => Program | null,
  ask: TryAgain,
): StartRequest {
  const { run, again, by, reason, program, release, manifest } = ask;
  const row = journal.run(run);
  if (row === null) throw failure.unknownRun(run);
  const old = programOf(row.program);
  if (old === null) throw failure.programGone(run, row.program);
  const stored = journal.events(`run:${run}`);
  if (stored.some(({ erased, open }) => erased || open === null)) throw failure.nothingLeft(run);
  if (journal.effects({ run }).some(({ status }) => status === 'in doubt')) throw inDoubt(run);
  const events = stored.map((event) => ({ event: decodeEvent(event), at: event.at }));
  const { plan, refused } = planAgain({ run, program: old, events }, program, again);
  if (plan === null) throw failure.refused(refused);
  const done = again === 'start' ? effectsDone(journal, run) : [];
  const unnamed = done.filter(({ key }) => !ask.effects.includes(key));
  if (unnamed.length > 0) throw unknownEffects(unnamed);
  const first = events[0]?.event;
  if (first?.type !== 'run.started') throw failure.unknownRun(run);
  const root = first.body.retries?.root ?? run;
  const before = causersBefore(journal, first.body.retries);
  return {
    program,
    release,
    ...(manifest === undefined ? {} : { manifest }),
    key: againKey(run),
    ownKey: true,
    initiator: first.body.initiator,
    input: plan.input,
    retries: { run, root, from: plan.from, by, ...(before.length === 0 ? {} : { before }), reason },
    carried: plan.carried,
  };
}

/** Who had the cases of a chain tried again up to this one. Starts of the first versions name the last of them alone. */
function causersBefore(journal: Reader, retries: Retries | undefined): readonly Actor[] {
  if (retries === undefined) return [];
  if (retries.before !== undefined) return [...retries.before, retries.by];
  const [stored] = journal.events(`run:${retries.run}`);
  const event = stored === undefined || stored.open === null ? null : decodeEvent(stored);
  return [...causersBefore(journal, event?.type === 'run.started' ? event.body.retries : undefined), retries.by];
}

const inDoubt = (run: string): CountersignError =>
  new CountersignError({
    code: 'RETRY_REFUSED',
    message: `Whether the case ${run} has done something is still in doubt.`,
    meaning: 'No case was started.',
    hint: 'Settle the doubt first.',
  });

const unknownEffects = (effects: readonly EffectRow[]): CountersignError =>
  new CountersignError({
    code: 'RETRY_EFFECTS',
    message: `From the start, this would be done once more: ${effects.map(({ connection, action, key }) => `${connection} · ${action} (${key})`).join('; ')}.`,
    meaning: 'No case was started.',
    hint: 'Go on from where it failed, or say that you know of each of these: with --knowing-effects, or over REST by their keys as “effects”. Where the contract names a business key, what was done stands in its way still, and that step leaves by “refused”.',
  });
