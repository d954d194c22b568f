import type { Flow } from '../flow/document.ts';
import { graphOf } from '../flow/graph.ts';
import type { JsonValue } from '../feel/value.ts';
import { wiresTaken } from '../flow/wires-taken.ts';
import { z } from '../flow/zod.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { StoryStep } from '../runtime/story.ts';

export interface Coverage {
  nodes: { covered: string[]; missed: string[] };
  edges: { covered: string[]; missed: string[] };
  /** Those who are asked in the place of an AI answer, as `<node> rule`: covered once one of them has answered. */
  fallbacks: { covered: string[]; missed: string[] };
}

/** Which nodes and edges of the program some case has passed, the wires by which branches begin among them. */
export function coverageOf(flow: Flow, kinds: Kinds, stories: readonly (readonly StoryStep[])[]): Coverage {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  const fallbacks = new Set<string>();
  for (const story of stories) {
    for (const wire of wiresTaken(flow, kinds, story)) edges.add(wire);
    for (const step of story) {
      nodes.add(step.node);
      if (step.port === 'answered') fallbacks.add(`${step.node} ${giverOf(step.record)}`);
    }
  }
  const graph = graphOf(flow, kinds);
  const split = (all: readonly string[], seen: ReadonlySet<string>) => ({
    covered: all.filter((id) => seen.has(id)),
    missed: all.filter((id) => !seen.has(id)),
  });
  return {
    nodes: split(graph.nodes, nodes),
    edges: split(
      graph.wires.filter((wire) => wire.skips !== true).map((wire) => wire.id),
      edges,
    ),
    fallbacks: split(fallbacksIn(flow, kinds), fallbacks),
  };
}

/** Who gave the answer that a step left with: an answer of the second model is known by its name. */
function giverOf(record: JsonValue): string {
  const read = recordSchema.safeParse(record).data;
  return read?.by === 'model' ? (read.answer?.model.name ?? 'model') : (read?.by ?? '');
}

const recordSchema = z.object({
  by: z.string(),
  answer: z.object({ model: z.object({ name: z.string() }) }).optional(),
});

function fallbacksIn(flow: Flow, kinds: Kinds): string[] {
  return Object.entries(flow.nodes).flatMap(([id, { kind, config }]) => {
    const asked = kinds[kind]?.influence === 'ai' ? fallbackIn.safeParse(config).data?.fallback : undefined;
    const { model, table, person } = asked ?? {};
    return [
      ...(model === undefined ? [] : [`${id} ${model}`]),
      ...(table === undefined ? [] : [`${id} rule`]),
      ...(person === undefined ? [] : [`${id} person`]),
    ];
  });
}

const fallbackIn = z.object({
  fallback: z
    .object({ model: z.string().optional(), table: z.unknown().optional(), person: z.unknown().optional() })
    .optional(),
});
