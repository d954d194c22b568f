import type { Flow, FlowEdge } from '../../engine/flow/document.ts';
import type { FlowAnalysis } from '../../engine/flow/scope.ts';
import { quote } from '../../engine/flow/words.ts';
import { portsOf } from './describe.ts';
import { words } from '../words/index.ts';

/** How steps that become a flow of their own hang together with the rest: see extract.ts, X1 and X3. */

export interface Way {
  result: string;
  /** The wires that leave by it, which all lead to one step. */
  wires: readonly (readonly [id: string, edge: FlowEdge])[];
}

export interface Shape {
  entry: string;
  ways: readonly Way[];
}

/** How the steps hang together with the rest, or why they cannot stand by themselves. */
export function shapeOf(flow: Flow, inside: ReadonlySet<string>, { opened, graph }: FlowAnalysis): Shape | string {
  const nameOf = (id: string): string => quote(flow.nodes[id]?.name ?? id);
  const steps = [...inside].filter((id) => opened.nodes.get(id)?.kind?.inProgram !== false);
  if (steps.length === 0) return words().document.extract.nothing;
  const unread = steps.find((id) => opened.nodes.get(id)?.sound === null);
  if (unread !== undefined) return words().document.extract.unread(nameOf(unread));
  for (const id of [...graph.triggers, ...graph.ends])
    if (inside.has(id)) return words().document.extract.border(nameOf(id), graph.triggers.includes(id));
  for (const [split, join] of graph.blocks.joinOf)
    if (inside.has(split) !== inside.has(join)) return words().document.extract.block(nameOf(split), nameOf(join));
  const wires = Object.entries(flow.edges);
  const entries = new Set(
    wires.flatMap(([, { from, to }]) => (!inside.has(from.node) && inside.has(to.node) ? to.node : [])),
  );
  const [entry] = entries;
  if (entry === undefined) return words().document.extract.noEntry;
  if (entries.size > 1) return words().document.extract.severalEntries([...entries].map(nameOf));
  const leaving = wires.filter(([, { from, to }]) => inside.has(from.node) && !inside.has(to.node));
  if (leaving.length === 0) return words().document.extract.noExit;
  return { entry, ways: waysOf(flow, leaving) };
}

/** Ways out, by the step that they lead to and how they go back. */
function waysOf(flow: Flow, leaving: readonly (readonly [string, FlowEdge])[]): Way[] {
  const groups = [...Map.groupBy(leaving, ([, edge]) => `${edge.to.node} ${edge.back?.maxVisits ?? ''}`).values()];
  const taken = new Set<string>();
  return groups.map((wires) => {
    const result = groups.length === 1 ? 'done' : freeResult(resultOf(flow, wires[0]?.[1]), taken);
    taken.add(result);
    return { result, wires };
  });
}

/** Called as the exit; as the step where that is its only one, and where “failed” would mean something else. */
function resultOf(flow: Flow, edge: FlowEdge | undefined): string {
  const node = edge === undefined ? undefined : flow.nodes[edge.from.node];
  if (edge === undefined || node === undefined) return 'done';
  if (edge.from.port === 'failed') return `${node.name} failed`.slice(0, 56);
  return portsOf(node).length === 1 ? node.name.slice(0, 56) : edge.from.port.slice(0, 56);
}

function freeResult(wish: string, taken: ReadonlySet<string>): string {
  let result = wish;
  for (let number = 2; taken.has(result); number++) result = `${wish} ${number}`;
  return result;
}
