import type { Limit } from '../connections/contract.ts';
import { decodeEvent } from '../core/codec.ts';
import type { Ledger, LedgerEffect } from '../core/ledger.ts';
import { isFeelNumber, numberFromJs, type FeelNumber } from '../feel/number.ts';
import { decodeValue, type JsonValue } from '../feel/value.ts';
import { asJson, canonicalJson, parseStrict } from '../flow/json.ts';
import { NOT_STANDING, type Journal, type StandingEffect } from '../journal/journal.ts';
import { EFFECT_AT } from '../journal/projections.ts';
import { durationMs } from '../../nodes/duration.ts';
import type { Committed } from './batch.ts';
import { Window } from './window.ts';

/**
 * The ledger of a runner: the journal by its indexes, and what is decided and not on disk yet.
 *
 * What limits ask for is kept in memory, an action at a time from when it is first asked about, so that asking does not
 * go through what is there already. It is dropped whenever memory and disk may differ, and read again.
 */
export class EffectLedger implements Ledger {
  private readonly journal: () => Journal;
  /** By action and limit. */
  private readonly windows = new Map<string, { action: string; limit: Limit; window: Window }>();
  /** Effects that were decided and are not known to be on disk, by key. */
  private readonly pending = new Map<string, LedgerEffect>();

  constructor(journal: () => Journal) {
    this.journal = journal;
  }

  digest(key: JsonValue): string {
    return this.journal().keyed(canonicalJson(asJson(key)));
  }

  standing(business: string, after: number, but: string): { run: string; at: number } | null {
    let latest: { run: string; at: number } | null = null;
    for (const effect of this.pending.values())
      if (effect.business === business && effect.key !== but && effect.at > after) latest = effect;
    return (
      latest ??
      this.journal()
        .withBusinessKey(business, after)
        .find(({ key }) => key !== but) ??
      null
    );
  }

  used(of: { connection: string; action: string }, limit: Limit, now: number): FeelNumber {
    const after = now - durationMs(limit.per);
    const name = canonicalJson([actionName(of), asJson(limit)]);
    const known = this.windows.get(name);
    if (known?.window.reaches(after) === true) return known.window.used(after);
    const window = new Window(after);
    const action = actionName(of);
    this.windows.set(name, { action, limit, window });
    const journal = this.journal();
    for (const effect of journal.counted(of, after))
      window.add(effect.key, effect.at, amountOf(limit, countsOf(journal, effect)));
    for (const effect of this.pending.values())
      if (actionName(effect) === action) window.add(effect.key, effect.at, amountOf(limit, effect.counts));
    return window.used(after);
  }

  intended(effect: LedgerEffect): void {
    this.pending.set(effect.key, effect);
    for (const { action, limit, window } of this.windows.values())
      if (action === actionName(effect)) window.add(effect.key, effect.at, amountOf(limit, effect.counts));
  }

  /** How far deciding has come, for {@link backTo}. */
  mark(): number {
    return this.pending.size;
  }

  /** What was intended since comes to nothing: its decision is dropped. */
  backTo(mark: number): void {
    for (const key of [...this.pending.keys()].slice(mark)) {
      this.pending.delete(key);
      this.leaves(key);
    }
  }

  /** These events are on disk. */
  committed(events: readonly Committed[]): void {
    const left = new Set<string>();
    for (const { run, event } of events) {
      if (event.type === 'call.intended') this.pending.delete(event.body.key);
      else if (mayLeave(event)) left.add(run);
    }
    if (this.windows.size === 0) return;
    for (const run of left)
      for (const { key, status } of this.journal().effects({ run }))
        if (NOT_STANDING.includes(status)) this.leaves(key);
  }

  /** What was decided is lost, or the journal was opened anew: nothing of memory counts. */
  lost(): void {
    this.pending.clear();
    this.windows.clear();
  }

  private leaves(key: string): void {
    for (const { window } of this.windows.values()) window.remove(key);
  }
}

const actionName = ({ connection, action }: { connection: string; action: string }): string =>
  JSON.stringify([connection, action]);

/** Whether with this event an effect may have stopped to stand. */
const mayLeave = (event: Committed['event']): boolean =>
  event.type === 'effect.undone' ||
  event.type === 'branches.dropped' ||
  event.type === 'run.stopping' ||
  (event.type === 'node.completed' && NOT_STANDING.some((status) => status === EFFECT_AT[event.body.port]));

/** What an effect on disk adds to each sum; null where it is sealed and its key is gone. */
function countsOf(journal: Journal, { run, key, counts }: StandingEffect): JsonValue {
  const told = counts === null ? {} : parseStrict(counts);
  if (!Object.values(members(told)).includes(null)) return told;
  for (const stored of journal.events(`run:${run}`)) {
    if (stored.type !== 'call.intended' || stored.open === null) continue;
    const event = decodeEvent(stored);
    if (event.type === 'call.intended' && event.body.key === key) return asJson(event.body.counts ?? {});
  }
  return told;
}

/**
 * What one effect counts for a limit. An amount that was erased counts as much as the limit lets go at all: what is not
 * known is held for a person, and an erasure makes no room.
 */
function amountOf(limit: Limit, counts: JsonValue): FeelNumber {
  if (!('sum' in limit)) return 1;
  const told = Object.entries(members(counts)).find(([field]) => field === limit.sum)?.[1];
  if (told === undefined) return 0;
  const amount = decodeValue(told);
  return isFeelNumber(amount) ? amount : (numberFromJs(limit.max) ?? 0);
}

const members = (json: JsonValue): Record<string, JsonValue> =>
  json === null || typeof json !== 'object' || Array.isArray(json) ? {} : Object.fromEntries(Object.entries(json));
