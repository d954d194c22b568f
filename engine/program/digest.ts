import type { Flow } from '../flow/document.ts';
import { inlineFlows } from '../flow/inline.ts';
import { asJson, digestOf, type JsonValue } from '../flow/json.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';

/** The part of a flow that decides what runs do: no layout, no notes, no prose about it. */
export function essence(flow: Flow, kinds: Kinds): JsonValue {
  const nodes = Object.fromEntries(
    Object.entries(flow.nodes).filter(([, node]) => kinds[node.kind]?.inProgram !== false),
  );
  return asJson({ format: flow.format, version: flow.version, input: flow.input, nodes, edges: flow.edges });
}

/** The connections and models that the nodes of the flow and of its sub-flows name. What it does not use does not change its digest. */
export function usedSurroundings(drawn: Flow, kinds: Kinds, surroundings: Surroundings): Surroundings {
  const { flow } = inlineFlows(drawn, kinds, surroundings);
  const connections: Record<string, Surroundings['connections'][string]> = {};
  const models: Record<string, Surroundings['models'][string]> = {};
  for (const node of Object.values(flow.nodes)) {
    const kind = kinds[node.kind];
    const target = kind?.effect?.(node.config) ?? null;
    const connection = target === null ? undefined : own(surroundings.connections, target.connection);
    if (connection !== undefined) connections[connection.name] = connection;
    for (const name of kind?.models?.(node.config) ?? []) {
      const model = own(surroundings.models, name);
      if (model !== undefined) models[model.name] = model;
    }
  }
  return { connections, models };
}

/** `sha256-…` over the essence of the flow with its sub-flows in their places, and everything it leans on. */
export function programDigest(flow: Flow, kinds: Kinds, surroundings: Surroundings): string {
  const used = usedSurroundings(flow, kinds, surroundings);
  return digestOf({
    flow: essence(inlineFlows(flow, kinds, surroundings).flow, kinds),
    connections: asJson(used.connections),
    models: asJson(used.models),
  });
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
