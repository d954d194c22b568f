import { outerEdge, outerNode } from '../flow/inlined-ids.ts';
import type { Kinds } from '../flow/open.ts';
import { wayOf, type Passed } from '../flow/wires-taken.ts';
import type { Program } from '../program/program.ts';
import { Median } from './median.ts';
import type { StoryStep } from './told.ts';

/**
 * How many cases went where, how long each step took and how often it failed: counted from the stories of cases, over the
 * steps and wires as they are drawn; a sub-flow counts as the step that stands for it.
 *
 * What holds, of any cases:
 * - T1 A step's `came` is the sum over the wires that lead to it, and the cases that began at it.
 * - T2 `came` = `went` + `waiting` + `left`. At a join `came` counts branches, and those that came together count as one
 *   in `turns`.
 * - T3 `went` is the sum over the wires that lead from it, and the cases that ended or failed there; what fans out has a
 *   turn for each `went` and a wire for each branch.
 */
export interface StepTraffic {
  came: number;
  went: number;
  /** Stand there now. */
  waiting: number;
  /** The case ended while they stood there, or went on without them. */
  left: number;
  /** How often it was through: `went`, and at a join how often branches came together. */
  turns: number;
  /** Of its turns, those that left by “failed”, and those at which the case failed. */
  failed: number;
  /** The middle of how long its turns took, waiting included; null where none is over, or it only fans out. */
  medianMs: number | null;
}

export interface Traffic {
  cases: number;
  nodes: Record<string, StepTraffic>;
  edges: Record<string, number>;
}

type Told = Pick<StoryStep, 'node' | 'path' | 'visit' | 'state' | 'port' | 'edge' | 'fromMs' | 'atMs' | 'tookMs'>;
type Counts = Omit<StepTraffic, 'medianMs'>;

const NONE: Counts = { came: 0, went: 0, waiting: 0, left: 0, turns: 0, failed: 0 };

/** The exit by which a step leaves that could not be done. */
const FAILED = 'failed';

/** Counts cases of one program, one after the other; its memory does not grow with their number. */
export class TrafficCount {
  readonly #flow;
  readonly #kinds;
  readonly #nodes = new Map<string, Counts>();
  readonly #took = new Map<string, Median>();
  readonly #edges = new Map<string, number>();
  #cases = 0;

  constructor({ flow }: Pick<Program, 'flow'>, kinds: Kinds) {
    this.#flow = flow;
    this.#kinds = kinds;
  }

  /** @param over the case has ended: what stands somewhere stays there */
  add(story: readonly Told[], over: boolean): void {
    const way = wayOf(this.#flow, this.#kinds, story);
    this.#cases += 1;
    const stand = new Map<string, number>();
    const arrive = (node: string, by = 1): void => {
      this.#count(node).came += by;
      stand.set(node, (stand.get(node) ?? 0) + by);
    };
    const go = (node: string, by = 1): void => {
      this.#count(node).went += by;
      stand.set(node, (stand.get(node) ?? 0) - by);
    };
    for (const { begins, leaves } of way)
      for (const wire of leaves === null ? begins : [...begins, leaves]) this.#take(wire, arrive);
    for (const node of this.#begunAt(way)) arrive(node);
    this.#turns(way, go);
    for (const [node, standing] of stand) this.#count(node)[over ? 'left' : 'waiting'] += standing;
  }

  get(): Traffic {
    const nodes = [...this.#nodes].map(([id, counts]): [string, StepTraffic] => [
      id,
      { ...counts, medianMs: this.#took.get(id)?.get() ?? null },
    ]);
    return { cases: this.#cases, nodes: Object.fromEntries(nodes), edges: Object.fromEntries(this.#edges) };
  }

  #count(node: string): Counts {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const fresh = { ...NONE };
    this.#nodes.set(node, fresh);
    return fresh;
  }

  /** A wire of the drawing; those within a sub-flow are not drawn here. */
  #take(wire: string, arrive: (node: string) => void): void {
    const drawn = outerEdge(wire);
    const to = this.#flow.edges[wire]?.to.node;
    if (drawn === null || to === undefined) return;
    this.#edges.set(drawn, (this.#edges.get(drawn) ?? 0) + 1);
    arrive(outerNode(to));
  }

  /** Where the case began: at its start, and where it tries another one again also at the step that this goes on from. */
  #begunAt(way: readonly Passed<Told>[]): string[] {
    const [first] = way;
    if (first === undefined) return [];
    const start = outerNode(first.step.node);
    const next = way.find(({ step }, at) => at > 0 && step.path === '');
    const resumes = next !== undefined && first.step.edge !== null && first.leaves === null;
    return resumes ? [start, outerNode(next.step.node)] : [start];
  }

  /** Each time that a case was through with a drawn step. */
  #turns(way: readonly Passed<Told>[], go: (node: string, by?: number) => void): void {
    /** By drawn step and line, since when it has its turn. */
    const since = new Map<string, number>();
    /** By join and the line in which it stands, the branches that have arrived there. */
    const arrived = new Map<string, number>();
    for (const { step, role, leaves } of way) {
      const node = outerNode(step.node);
      const inner = node !== step.node;
      const turn = `${step.path} ${node}`;
      const fromMs = since.get(turn) ?? step.fromMs;
      since.set(turn, fromMs);
      if (!inner && role === 'arrival') {
        const line = `${step.path.slice(0, Math.max(0, step.path.lastIndexOf('/')))} ${node}`;
        arrived.set(line, (arrived.get(line) ?? 0) + 1);
        continue;
      }
      const isOver = step.state === 'done' || step.state === 'failed';
      const out = leaves !== null && outerEdge(leaves) !== null;
      if (!inner && role === 'fork') {
        go(node);
        this.#count(node).turns += 1;
        since.delete(turn);
      } else if (isOver && (!inner || out || step.state === 'failed')) {
        go(node, role === 'join' && !inner ? (arrived.get(turn) ?? 0) : 1);
        arrived.delete(turn);
        since.delete(turn);
        this.#count(node).turns += 1;
        if (step.state === 'failed' || step.port === FAILED) this.#count(node).failed += 1;
        this.#took.set(node, (this.#took.get(node) ?? new Median()).add(step.atMs - fromMs));
      }
    }
  }
}
