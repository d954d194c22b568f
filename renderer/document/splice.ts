import { passingExit } from '../../engine/flow/disabled.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS, type Kinds } from '../../nodes/index.ts';
import { spliceNode } from './commands.ts';
import { portsOf } from './describe.ts';

/** A step that has no wires yet goes into one. */

/**
 * The exit by which a case goes on from a step that is put into a wire: where it would pass if it were disabled, or the
 * first. Null for a step that has wires already, or takes none in, or lets none out.
 */
export function spliceExit(flow: Flow, id: string, kinds: Kinds): string | null {
  const node = flow.nodes[id];
  const kind = node === undefined ? undefined : kinds[node.kind];
  if (node === undefined || kind?.hasInput !== true) return null;
  if (Object.values(flow.edges).some(({ from, to }) => from.node === id || to.node === id)) return null;
  return passingExit(node, kinds) ?? portsOf(node)[0]?.id ?? null;
}

/** A step put into a wire; the flow as it is where that cannot be. `onward` is the id of the wire that leads on. */
export function spliced(flow: Flow, wire: string, node: string, onward: string): Flow {
  const port = spliceExit(flow, node, KINDS);
  return port === null ? flow : spliceNode(flow, wire, { node, port, onward });
}
