import type { RunEvent } from '../core/event.ts';
import type { Program } from '../program/program.ts';
import { momentOf } from './story-moments.ts';
import { Scopes } from './story-scopes.ts';
import { THE_CASE, type StoredMoment, type StoryStep, type Told } from './told.ts';

export { actorWords, THE_CASE } from './told.ts';
export type { StoredMoment, StoryFact, StoryMoment, StoryStep } from './told.ts';

/** Where the branches of a node come together, and when each that arrived did. */
interface Block {
  step: StoryStep;
  join: string;
  atOnce: number;
  arrived: number[];
}

/** A run's events as its story: every event stands in it, in the step that it is about or beside the steps. */
export function storyOf(
  program: Pick<Program, 'flow' | 'nodes' | 'trigger' | 'personalFields'>,
  events: readonly StoredMoment[],
): StoryStep[] {
  const teller = new Teller(program, events[0]?.at ?? 0);
  for (const one of events) teller.tell(one);
  return teller.steps;
}

class Teller {
  readonly steps: StoryStep[] = [];
  readonly #program;
  readonly #began: number;
  readonly #scopes;
  readonly #edges: ReadonlyMap<string, string>;
  /** Steps that are not settled, by their turn. */
  readonly #open = new Map<string, StoryStep>();
  /** Where a line of the run had its last step settled. */
  readonly #settledAt = new Map<string, number>();
  /** Where each branch belongs, by its path, and the blocks that wait for theirs, by the line and node where they come together. */
  readonly #branchOf = new Map<string, { block: Block; index: number }>();
  readonly #joining = new Map<string, Block>();
  #stopping = false;
  /** How many events have been told. */
  #told = 0;

  constructor(program: Pick<Program, 'flow' | 'nodes' | 'trigger' | 'personalFields'>, began: number) {
    this.#program = program;
    this.#began = began;
    this.#scopes = new Scopes(program);
    this.#edges = new Map(
      Object.entries(program.flow.edges).map(([id, edge]) => [`${edge.from.node} ${edge.from.port}`, id]),
    );
  }

  tell(stored: StoredMoment): void {
    const { event, at } = stored;
    this.#told += 1;
    const step = this.#stepOf(stored);
    const told = momentOf(this.#program, stored, step, this.#began);
    const { sentence, facts } = told;
    step.moments.push({ type: event.type, place: this.#told, atMs: at - this.#began, sentence, facts });
    step.sentence = sentence;
    step.atMs = at - this.#began;
    this.#scopes.after(stored);
    if (told.settles !== undefined) this.#settle(step, told.settles);
    this.#branches(event, step, at);
    if (event.type === 'run.stopping') this.#stopping = true;
    if (event.type === 'run.ended') for (const open of this.#open.values()) leave(open, this.#told);
  }

  /** The step that an event is about: the one under way, a new one, or one of the case as a whole. */
  #stepOf({ event, at }: StoredMoment): StoryStep {
    const isStart = event.type === 'run.started' || event.type === 'run.admitted';
    const fails = (event.type === 'run.ended' || event.type === 'run.stopping') && event.body.error !== null;
    const node = isStart ? this.#program.trigger : 'node' in event ? event.node : null;
    if (node === null || (fails && this.#stopping)) return this.#begin(THE_CASE, '', 1, at);
    const path = 'path' in event ? (event.path ?? '') : '';
    if (fails) {
      // Where a step failed the case, the step tells it, be it settled or not.
      const last = this.steps.findLast((one) => one.node === node);
      return last ?? this.#begin(node, path, 1, at);
    }
    const visit = 'visit' in event.body ? event.body.visit : 1;
    return this.#open.get(turnOf({ node, path, visit })) ?? this.#begin(node, path, visit, at);
  }

  #begin(node: string, path: string, visit: number, at: number): StoryStep {
    const atMs = at - this.#began;
    const about = { node, path, visit, port: null, edge: null, value: null, record: null, tookMs: null };
    const fromMs = node === THE_CASE ? atMs : Math.min(atMs, (this.#arrivedAt(path) ?? at) - this.#began);
    const read = node === THE_CASE ? [] : this.#scopes.readBy(node, path);
    const step: StoryStep = {
      ...about,
      state: node === THE_CASE ? 'done' : 'under way',
      settledAt: node === THE_CASE ? this.#told : null,
      fromMs,
      atMs,
      sentence: '',
      read,
      moments: [],
    };
    this.steps.push(step);
    if (node !== THE_CASE) this.#open.set(turnOf(step), step);
    return step;
  }

  /** When a line of the run came to where it stands; null where nothing on record says so. */
  #arrivedAt(path: string): number | null {
    const last = this.#settledAt.get(path);
    if (last !== undefined) return last;
    const branch = this.#branchOf.get(path);
    if (branch === undefined) return null;
    const { block, index } = branch;
    const late = index - block.atOnce;
    // Of more branches than run at once, one begins when another has arrived.
    return late < 0 ? this.#began + block.step.atMs : (block.arrived[late] ?? null);
  }

  #settle(step: StoryStep, { port, value, record, state = 'done' }: NonNullable<Told['settles']>): void {
    if (step.port === null) {
      step.port = port;
      step.edge = port === null ? null : (this.#edges.get(`${step.node} ${port}`) ?? null);
      step.value = value;
      step.record = record;
    }
    step.state = state;
    step.settledAt ??= this.#told;
    if (step.node === THE_CASE) return;
    step.tookMs = step.atMs - step.fromMs;
    this.#open.delete(turnOf(step));
    this.#settledAt.set(step.path, this.#began + step.atMs);
  }

  /** Branches that open, arrive, come together or are left. */
  #branches(event: RunEvent, step: StoryStep, at: number): void {
    if (event.type === 'branches.opened') {
      const { join, keys, atOnce } = event.body;
      const within = `${step.path === '' ? '' : `${step.path}/`}${step.node}:${step.visit}:`;
      const block: Block = { step, join, atOnce, arrived: [] };
      keys.forEach((key, index) => this.#branchOf.set(`${within}${key}`, { block, index }));
      this.#joining.set(`${step.path} ${join}`, block);
    }
    if (event.type === 'node.completed') {
      const leads = step.edge === null ? undefined : this.#program.flow.edges[step.edge]?.to.node;
      const branch = this.#branchOf.get(step.path);
      if (branch !== undefined && leads === branch.block.join) branch.block.arrived.push(at);
      const block = this.#joining.get(`${step.path} ${step.node}`);
      if (block !== undefined) {
        this.#joining.delete(`${step.path} ${step.node}`);
        block.step.state = 'done';
        block.step.settledAt = this.#told;
        block.step.tookMs = step.atMs - block.step.fromMs;
        this.#open.delete(turnOf(block.step));
        // It came together at this very moment; what took so long are the branches.
        step.fromMs = step.atMs;
        step.tookMs = 0;
      }
    }
    const dropped =
      event.type === 'branches.dropped' ? event.body.paths : event.type === 'run.stopping' ? event.body.dropped : [];
    for (const open of this.#open.values()) if (dropped.includes(open.path)) leave(open, this.#told);
  }
}

/** A step that the case went on or ended without. What it may have sent is settled all the same, and told then. */
function leave(step: StoryStep, place: number): void {
  if (step.state !== 'under way') return;
  step.state = 'left';
  step.settledAt = place;
  step.sentence = `not finished: ${step.sentence}`;
}

const turnOf = ({ node, path, visit }: Pick<StoryStep, 'node' | 'path' | 'visit'>): string =>
  `${path} ${node} ${visit}`;
