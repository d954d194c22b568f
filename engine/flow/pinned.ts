import type { Surroundings } from '../../nodes/kind.ts';
import { connectionSchema, policySchema, type Policy } from '../connections/contract.ts';
import { modelCardSchema } from '../models/card.ts';
import { flowSchema, type Flow } from './document.ts';
import { asJson, digestOf } from './json.ts';
import { z } from './zod.ts';

/** What one flow leans on, as it was at one moment: of connections, models and flows those that it uses, and the policy. */
export const pinnedSchema = z.strictObject({
  connections: z.record(z.string(), connectionSchema),
  models: z.record(z.string(), modelCardSchema),
  flows: z.record(z.string(), flowSchema),
  policy: policySchema,
});
export type Pinned = z.infer<typeof pinnedSchema>;

/** A flow with everything that it leans on. */
export interface Whole {
  flow: Flow;
  pinned: Pinned;
}

/** One thing that a flow leans on. */
export interface Pin {
  what: 'connection' | 'model' | 'subflow' | 'policy';
  /** Name of the connection or model, path of the sub-flow, `policy`. */
  name: string;
  /** `sha256-…` over its canonical JSON. */
  digest: string;
}

/** Everything that is pinned, by digest: connections, models, sub-flows, the policy. */
export function pinsOf({ connections, models, flows, policy }: Pinned): Pin[] {
  const each = (what: Pin['what'], all: Readonly<Record<string, unknown>>): Pin[] =>
    Object.keys(all)
      .sort()
      .map((name) => ({ what, name, digest: digestOf(asJson(all[name])) }));
  return [
    ...each('connection', connections),
    ...each('model', models),
    ...each('subflow', flows),
    ...each('policy', { policy }),
  ];
}

/** What is used of its surroundings, with the paths of the sub-flows that stand in it, as it is kept. */
export function pinnedFrom(used: Surroundings, paths: readonly string[], all: Surroundings, policy: Policy): Pinned {
  const flows: Record<string, Flow> = {};
  for (const path of paths) {
    const flow = Object.hasOwn(all.flows ?? {}, path) ? all.flows?.[path] : undefined;
    if (flow !== undefined) flows[path] = flow;
  }
  return { connections: { ...used.connections }, models: { ...used.models }, flows, policy };
}
