import { fold } from '../../engine/core/core.ts';
import { decodeEvent } from '../../engine/core/codec.ts';
import { framesOf } from '../../engine/core/frames.ts';
import type { RunEvent } from '../../engine/core/event.ts';
import { canonicalState } from '../../engine/core/testing/canonical.ts';
import { lineStatus, toldStatus } from '../../engine/core/testing/line-status.ts';
import { encodeValue, type FeelValue } from '../../engine/feel/value.ts';
import { canonicalJson } from '../../engine/flow/json.ts';
import { innerHash, leafHash } from '../../engine/journal/event-codec.ts';
import type { Program } from '../../engine/program/program.ts';
import { sameBytes } from '../../engine/audit/merkle.ts';
import { CompactRange } from '../../engine/audit/compact-range.ts';
import type { PerformRequest } from '../../engine/runtime/environment.ts';
import type { PersonDecision } from '../../nodes/kind.ts';
import { runOf } from '../../engine/journal/projections.ts';
import { retriedOf } from '../../engine/runtime/chain.ts';
import { keptKey } from '../../engine/runtime/started-before.ts';
import { acrossRuns } from './laws-across.ts';
import { Again } from './laws-again.ts';
import { erased } from './laws-erased.ts';
import { held, StopsOnRecord, type OnRecord } from './laws-held.ts';
import { messages } from './laws-messages.ts';
import { imageOf, type FakeDisk, type Image, type StoredRow } from './fake-disk.ts';
import { fakeKeyed } from './fake-journal.ts';
import { givenOf, runsOf, storedOf } from './fake-rows.ts';
import type { Ledger } from './ledger.ts';
import type { Life } from './life.ts';
import type { Machine } from './machine.ts';

interface Told {
  seq: number;
  at: number;
  event: RunEvent;
}

interface Intended {
  seq: number;
  request: ReadonlyMap<string, FeelValue>;
  count: number;
}

/** What was read of the journal so far, so that every send can ask. */
interface Seen {
  image: Image | null;
  rows: number;
  intents: Map<string, Intended>;
  stops: StopsOnRecord;
}

const seeing = (image: Image | null): Seen => ({ image, rows: 0, intents: new Map(), stops: new StopsOnRecord() });

const read = new WeakMap<StoredRow, Told>();

/** A stored event, read once however many laws look at it. */
function toldOf(row: StoredRow): Told {
  const known = read.get(row);
  if (known !== undefined) return known;
  const stored = storedOf(row);
  const told = { seq: stored.seq, at: stored.at, event: decodeEvent(stored) };
  read.set(row, told);
  return told;
}

const json = (value: FeelValue): string => canonicalJson(encodeValue(value));
const turnOf = (event: RunEvent): string =>
  'node' in event && 'visit' in event.body
    ? `${('path' in event ? event.path : '') ?? ''} ${event.node ?? ''} ${event.body.visit}`
    : '';

/** Everything that must hold of a seed, whatever went wrong in it. Each law is named where it is broken. */
export class Laws {
  private readonly ledger: Ledger;
  private readonly programs: ReadonlyMap<string, Program>;
  private seen: Seen = seeing(null);

  constructor(ledger: Ledger, programs: ReadonlyMap<string, Program>) {
    this.ledger = ledger;
    this.programs = programs;
  }

  /** A call leaves the process. Its intent is on the disk itself, not only in its cache, and says the same. */
  sends(disk: FakeDisk, life: Life, request: PerformRequest): void {
    if (request.key === '') return;
    const intent = this.intents(disk).get(request.key);
    const what = `${life.name}: ${request.action} ${request.key}`;
    if (intent === undefined || !disk.isDurable(intent.seq))
      return this.broke('the intent of an effect is on disk before it is sent', what);
    if (json(intent.request) !== json(request.request)) this.broke('what is sent is what the intent says', what);
  }

  /** Something is asked or called by a program: nothing that is stopped does, once that is on record. */
  begins(disk: FakeDisk, life: Life, program: string): void {
    // Who was replaced does not hear of it, and nobody can call back what it had in mind.
    if (life.replaced) return;
    this.intents(disk);
    if (this.seen.stops.hold(this.programs.get(program)))
      this.broke('nothing begins while it is stopped', `${life.name} calls`);
  }

  /** Asked at any time: what the engine holds in memory is what its events fold to. */
  live(machine: Machine): void {
    machine.use((engine) => {
      const { image, keys } = machine.disk;
      for (const run of runsOf(machine.disk)) {
        // Nothing is left to fold.
        if (image.pruned.has(`run:${run}`)) continue;
        const { state, program } = engine.look(run);
        const rows = image.bySubject.get(`run:${run}`) ?? [];
        const given = rows.map((row) => givenOf(row, false, keys));
        const told = given.some((stored) => stored.erased)
          ? given.map((stored) => ({ event: decodeEvent(stored), at: stored.at }))
          : this.events(image, run);
        const folded = canonicalState(fold(program, run, told));
        const live = canonicalState(state);
        if (live !== folded)
          this.broke('the fold of the events is the live state', `${run}\n live   ${live}\n folded ${folded}`);
        const row = toldStatus(image.runs.get(run)?.run?.status);
        if (row !== lineStatus(state))
          this.broke('the row of a case says what it does', `${run} is ${lineStatus(state)}, and its row ${row}`);
      }
    });
  }

  /** When nothing goes wrong any more, and nothing is left to happen. */
  end(machine: Machine, isForgotten: (task: string) => boolean): void {
    const { disk } = machine;
    this.record(disk);
    this.acknowledged(disk.image);
    this.words(disk.image);
    this.projections(disk);
    this.effects(machine);
    const told = disk.image.rows.flatMap((row) => {
      const run = runOf(row.subject);
      return run === null ? [] : [{ run, ...toldOf(row) }];
    });
    const broke = (law: string, what: string): void => this.broke(law, what);
    acrossRuns(told, this.programs, broke);
    messages(told, this.ledger, broke);
    const again = new Again(this.programs, this.ledger, broke);
    for (const one of told) again.take(one);
    const withNotes = disk.image.rows.flatMap((row): OnRecord[] => {
      const run = runOf(row.subject);
      return run !== null ? [{ run, ...toldOf(row) }] : row.subject === 'runner' ? [{ note: storedOf(row) }] : [];
    });
    held(withNotes, this.programs, this.ledger, broke);
    erased(machine, this.programs, this.ledger, broke);
    for (const run of runsOf(disk)) {
      const events = this.events(disk.image, run);
      this.course(run, events);
      this.timers(run, events);
      this.joins(run, events);
      this.approvals(run, events);
      this.comesToRest(machine, run, events, isForgotten);
    }
    this.live(machine);
  }

  private broke(law: string, what: string): void {
    this.ledger.broke(law, what);
  }

  private events(image: Image, run: string): Told[] {
    return (image.bySubject.get(`run:${run}`) ?? []).map(toldOf);
  }

  /** Every intent on disk or in its cache, by key. */
  private intents(disk: FakeDisk): ReadonlyMap<string, Intended> {
    // A power cut or a failed sync makes another image.
    if (this.seen.image !== disk.image) this.seen = seeing(disk.image);
    const { seen } = this;
    for (; seen.rows < disk.image.rows.length; seen.rows++) {
      const row = disk.image.rows[seen.rows];
      if (row?.subject === 'runner') seen.stops.take(storedOf(row));
      if (row === undefined || !row.subject.startsWith('run:')) continue;
      const { seq, event } = toldOf(row);
      if (event.type !== 'call.intended' && event.type !== 'undo.intended') continue;
      const { key, request } = event.body;
      seen.intents.set(key, { seq, request, count: (seen.intents.get(key)?.count ?? 0) + 1 });
    }
    return seen.intents;
  }

  /** P24, P9: one leaf an event, a tree that verifies, numbers without gaps, and epochs that only grow. */
  private record({ image }: FakeDisk): void {
    const tree = new CompactRange();
    let epoch = 0;
    for (const [i, row] of image.rows.entries()) {
      const stored = storedOf(row);
      tree.append(leafHash(row.header, innerHash(row.salt, row.open, row.sealed)));
      if (row.seq !== i + 1) this.broke('events are numbered without gaps', `event ${row.seq} in place ${i + 1}`);
      if (stored.epoch < epoch)
        this.broke('P9 who was replaced writes nothing', `event ${row.seq} of epoch ${stored.epoch} after ${epoch}`);
      epoch = Math.max(epoch, stored.epoch);
    }
    if (image.tree.size !== image.rows.length || !sameBytes(image.tree.root(), tree.root()))
      this.broke('P24 transitions are leaves', `${image.rows.length} events, ${image.tree.size} leaves`);
  }

  private acknowledged(image: Image): void {
    const byKey = new Map<string, string>();
    for (const { run } of image.runs.values()) {
      if (run === null || run.key === null) continue;
      if (byKey.has(run.key))
        this.broke('R4 a key starts one run', `${run.key}: ${run.id} and ${byKey.get(run.key) ?? ''}`);
      byKey.set(run.key, run.id);
    }
    for (const { run, key } of this.ledger.starts) {
      const row = image.runs.get(run)?.run ?? null;
      if (row === null || row.key !== keptAs(key))
        this.broke('P3 nothing acknowledged is lost', `the case ${run} of ${key ?? 'no key'}`);
    }
  }

  /** Every word that was accepted is in the journal, once; and nothing is that nobody who may has said. */
  private words(image: Image): void {
    const said = new Map<string, { times: number; person: string; says: string; task: string | null }>();
    const note = (token: string, person: string, says: string, task: string | null): void => {
      said.set(token, { times: (said.get(token)?.times ?? 0) + 1, person, says, task });
    };
    for (const rows of image.bySubject.keys()) {
      if (!rows.startsWith('run:')) continue;
      for (const { event } of this.events(image, rows.slice(4))) noteWords(event, note);
    }
    const known = new Map(this.ledger.words.map((word) => [word.token, word]));
    for (const [token, { person, says }] of said) {
      const word = known.get(token);
      if (word === undefined || word.person !== person || word.says !== says || !word.sound)
        this.broke('no decision without a person', `${token}: ${person} ${says}`);
    }
    for (const word of this.ledger.words) {
      const found = said.get(word.token);
      if (word.accepted > 0 && found === undefined)
        this.broke('P3 nothing acknowledged is lost', `the word ${word.token} of ${word.person} on ${word.task}`);
      if (word.accepted > 1 || (found?.times ?? 0) > 2)
        this.broke('a decision is accepted once', `the word ${word.token} of ${word.person} on ${word.task}`);
    }
  }

  private projections(disk: FakeDisk): void {
    const rebuilt = imageOf(disk.transactions);
    const text = (image: Image): string =>
      JSON.stringify(
        [...image.runs.values()].map(({ run, tasks, effects, timers, branches, waits }) => [
          run,
          ...[tasks, effects, timers, branches, waits].map((rows) =>
            [...rows.values()].map((row) => JSON.stringify(row)).toSorted(),
          ),
        ]),
      );
    if (text(rebuilt) !== text(disk.image)) this.broke('projections are what a rebuild gives', 'they differ');
  }

  private effects({ disk, network }: Machine): void {
    for (const [key, { count }] of this.intents(disk))
      if (count > 1) this.broke('an effect is intended once', `${key} ${count} times`);
    for (const account of this.ledger.keys.values()) {
      const times = network.effects(account.key);
      const allowed = account.by === 'key' ? 1 : 1 + account.strays;
      if (account.by !== 'natural' && times > allowed)
        this.broke('an effect happens once', `${account.action} ${account.key} ${times} times`);
    }
    for (const { run, effects } of disk.image.runs.values())
      for (const { key, action, status } of effects.values()) {
        const account = this.ledger.keys.get(key);
        const times = network.effects(key);
        const sworn = this.ledger.words.some(
          (word) => word.about === key && word.says === 'happened' && word.accepted > 0,
        );
        if (status === 'done' && (account?.sends ?? 0) === 0 && !sworn)
          this.broke('what counts as done was sent', `${action} ${key}`);
        // What was under way when its case was erased is on record as it stood then.
        const isLeft = status === 'intended' && run?.error === 'RUN_ERASED';
        const notDone = status === 'refused' || status === 'failed' || (status === 'intended' && !isLeft);
        if (notDone && times > 0 && (account?.strays ?? 0) === 0 && account?.by !== 'natural')
          this.broke('what counts as not done did not happen', `${action} ${key} is ${status}`);
      }
  }

  private course(run: string, events: readonly Told[]): void {
    const ends = events.filter(({ event }) => event.type === 'run.ended');
    if (
      events[0]?.event.type !== 'run.started' ||
      events.filter(({ event }) => event.type === 'run.started').length > 1
    )
      this.broke('a case begins once', run);
    if (ends.length > 1 || (ends.length === 1 && events.at(-1)?.event.type !== 'run.ended'))
      this.broke('a case ends once, and nothing follows', run);
  }

  /** P8: a timer comes when it is due, never before, and once. */
  private timers(run: string, events: readonly Told[]): void {
    const waiting = new Map<string, number>();
    const dues = new Map<string, number>();
    for (const { event, at } of events) {
      const turn = turnOf(event);
      if (event.type === 'call.failed') waiting.set(`${turn} ${event.body.attempt + 1}`, event.body.retryAt);
      if (event.type === 'task.created' && event.body.due !== null) dues.set(turn, event.body.due);
      if (event.type === 'wait.begun' && event.body.until !== null) dues.set(turn, event.body.until);
      if (event.type === 'call.repeated') {
        const attempt = `${turn} ${event.body.attempt}`;
        const due = waiting.get(attempt);
        // What is repeated once more was under way when the engine stopped, and waits for no clock.
        waiting.delete(attempt);
        if (due !== undefined && at < due)
          this.broke('P8 a timer does not come early', `${run}: retry at ${at}, due ${due}`);
      }
      if (event.type === 'node.completed' && event.body.port === 'timed out' && event.body.record?.by === 'timer') {
        const due = dues.get(turn);
        if (due === undefined || at < due) this.broke('P8 a timer comes when due, and once', `${run}: ${turn}`);
        dues.delete(turn);
      }
    }
  }

  /** What iterations bring is collected whole, in the order of the list. */
  private joins(run: string, events: readonly Told[]): void {
    const open = new Map<
      string,
      { join: string; prefix: string; keys: readonly string[]; brought: Map<string, string> }
    >();
    for (const { event } of events) {
      if (event.type === 'branches.opened' && event.body.item !== null) {
        const prefix = `${event.path === undefined ? '' : `${event.path}/`}${event.node}:${event.body.visit}:`;
        open.set(`${event.path ?? ''} ${event.body.join}`, {
          join: event.body.join,
          prefix,
          keys: event.body.keys,
          brought: new Map(),
        });
      }
      if (event.type !== 'node.completed') continue;
      const path = event.path ?? '';
      for (const block of open.values())
        if (
          event.node === block.join &&
          path.startsWith(block.prefix) &&
          !path.slice(block.prefix.length).includes('/')
        )
          block.brought.set(path.slice(block.prefix.length), json(event.body.value));
      const block = open.get(`${path} ${event.node}`);
      if (block === undefined) continue;
      const whole = `[${block.keys.flatMap((key) => block.brought.get(key) ?? []).join(',')}]`;
      if (json(event.body.value) !== whole)
        this.broke('a join loses no branch', `${run}: ${json(event.body.value)} of ${whole}`);
      open.delete(`${path} ${event.node}`);
    }
  }

  /** A timeout never approves, and as many have agreed, to what was shown, as were asked for. */
  private approvals(run: string, events: readonly Told[]): void {
    const asked = new Map<string, { type: string; count: number; digest: string }>();
    for (const { event } of events) {
      if (event.type === 'task.created') {
        const { type = 'approve', count, digest } = event.body;
        asked.set(turnOf(event), { type, count, digest });
      }
      if (event.type !== 'node.completed' || event.body.port !== 'approved') continue;
      const task = asked.get(turnOf(event));
      // A choice may be called as it likes.
      if (task !== undefined && task.type !== 'approve') continue;
      const { record } = event.body;
      const agreed = record?.by === 'person' ? record.decisions.filter((one) => one.decision === 'approved') : [];
      const people = new Set(agreed.map(({ person }) => person));
      if (task === undefined || people.size < task.count || agreed.some(({ shown }) => shown !== task.digest))
        this.broke('nothing is approved without a decision', `${run}: ${turnOf(event)}`);
    }
  }

  private comesToRest(
    machine: Machine,
    run: string,
    events: readonly Told[],
    isForgotten: (task: string) => boolean,
  ): void {
    const program = this.programs.get(events[0]?.event.type === 'run.started' ? events[0].event.body.program : '');
    if (program === undefined) return;
    const state = fold(program, run, events);
    // A queued case waits for those before it; whether its line goes on is asked across runs.
    if (state.ended !== null || state.queued) return;
    const open = machine.disk.image.runs.get(run)?.tasks ?? new Map<string, { status: string }>();
    const frames = [...framesOf(state)];
    for (const { position } of frames) {
      const task =
        position?.phase === 'tasked' ? position.task.id : position?.phase === 'doubted' ? position.task : null;
      if (task !== null && open.get(task)?.status === 'open' && isForgotten(task)) continue;
      if (position?.phase === 'waiting' && position.match !== null && position.until === null) continue;
      // A line waits for its branches, and so does a branch that has arrived for the others.
      if ((position === null || position.phase === 'open') && frames.length > 1) continue;
      this.broke(
        'every case ends or waits for something',
        `${run} is ${position?.phase ?? 'nowhere'} at ${position?.node ?? ''}`,
      );
    }
  }
}

function noteWords(
  event: RunEvent,
  note: (token: string, person: string, says: string, task: string | null) => void,
): void {
  const decided = ({ comment, person, decision }: PersonDecision): void => note(comment, person, decision, null);
  if (event.type === 'task.voted') decided(event.body.vote);
  if (event.type === 'node.completed' && event.body.record?.by === 'person')
    event.body.record.decisions.forEach(decided);
  if (event.type === 'doubt.reopened')
    note(event.body.settlement.comment, event.body.settlement.person, 'look again', event.body.task);
  if (event.type === 'doubt.settled') {
    const { comment, person, happened } = event.body.settlement;
    note(comment, person, happened ? 'happened' : 'did not happen', event.body.task);
  }
}

/** How the key of a start is on record: a caller's is not to be read there. */
const keptAs = (key: string | null): string | null =>
  key === null || retriedOf(key) !== null ? key : keptKey({ keyed: fakeKeyed }, key);
