import type { Flow } from './document.ts';
import { outerNode } from './inlined-ids.ts';
import type { Kinds } from './open.ts';

/** What of a step of a case is needed to tell which wires the case took. */
interface PassingStep {
  node: string;
  /** The branch in which it ran: `<node>:<visit>:<key>` for each that it lies in, with `/` between; empty outside. */
  path: string;
  state: string;
  /** The wire of the exit that it left by. */
  edge: string | null;
}

/** What a step is in a case: branches begin at it, one arrives at it, they come together in it, or none of these. */
type Role = 'fork' | 'arrival' | 'join' | 'step';

export interface Passed<S> {
  step: S;
  role: Role;
  /** The branch that begins with this step: the wire that led into it. */
  begins: readonly string[];
  /** The wire that it left by; null where it did not, and for a branch that arrives: the join leaves when all have come. */
  leaves: string | null;
}

type Drawing = Pick<Flow, 'nodes' | 'edges'>;

/** Effects that are taken back have lines of their own beside the drawing. */
const ASIDE = 'undo:';

/**
 * The way of a case over the wires of the flow, step by step: with the wires by which branches begin, and without those
 * that an exit names though the case did not go there (it failed, or it is tried again from a later step).
 *
 * @param flow as it ran, or as it is drawn
 */
export function wayOf<S extends PassingStep>(
  { nodes, edges }: Drawing,
  kinds: Kinds,
  steps: readonly S[],
): Passed<S>[] {
  const wireAt = new Map(Object.entries(edges).map(([id, { from }]) => [`${from.node} ${from.port}`, id]));
  const kindAt = (node: string) => kinds[nodes[node]?.kind ?? ''];
  const begun = new Set<string>();
  /** By path, whether the last step there was a fork. */
  const forked = new Map<string, boolean>();
  const drawn = steps.filter(({ node, path }) => node !== '' && !path.startsWith(ASIDE));
  return drawn.map((step, i): Passed<S> => {
    const { node, path, state, edge } = step;
    const begins = branchesOf(path).flatMap((branch) => {
      if (begun.has(branch.path)) return [];
      begun.add(branch.path);
      const wire = wireAt.get(`${branch.fork} ${branch.key}`) ?? wireAt.get(`${branch.fork} each`);
      return wire === undefined ? [] : [wire];
    });
    const kind = kindAt(node);
    const role = kind?.opens !== undefined ? 'fork' : kind?.closes === undefined ? 'step' : roleOfJoin(path);
    forked.set(path, role === 'fork');
    const next = i === 0 ? drawn.find((one, at) => at > 0 && one.path === '') : undefined;
    // A case that is tried again begins at its start, and goes on from where the one before it stood.
    const elsewhere =
      edge !== null && next !== undefined && outerNode(edges[edge]?.to.node ?? '') !== outerNode(next.node);
    const stays = role === 'arrival' || state === 'failed' || state === 'set aside' || elsewhere;
    return { step, role, begins, leaves: stays ? null : edge };
  });

  /** In the line where a fork stands nothing follows it but the join of its branches. */
  function roleOfJoin(path: string): Role {
    return path !== '' && forked.get(path) !== true ? 'arrival' : 'join';
  }
}

/** The branches that a path leads through, the outermost first. */
function branchesOf(path: string): { path: string; fork: string; key: string }[] {
  if (path === '') return [];
  const parts = path.split('/');
  return parts.map((part, i) => {
    const [fork = '', , key = ''] = part.split(':', 3);
    return { path: parts.slice(0, i + 1).join('/'), fork, key };
  });
}

/** All wires that a case took, in its order, each as often as it did. */
export const wiresTaken = (flow: Drawing, kinds: Kinds, steps: readonly PassingStep[]): string[] =>
  wayOf(flow, kinds, steps).flatMap(({ begins, leaves }) => (leaves === null ? begins : [...begins, leaves]));
