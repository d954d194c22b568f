import { fromJson, valueForType, type FeelScopeTypes, type FeelValue } from '../../../engine/feel/index.ts';
import type { Flow } from '../../../engine/flow/document.ts';
import type { TraceStep } from '../../../engine/studio/contract.ts';
import { valueAt, writeValue, type TryField } from './fields.ts';

export interface CaseValues {
  /** Did the case come to the table? */
  readonly reached: boolean;
  /** What the fields held when it did, by their keys. */
  readonly texts: ReadonlyMap<string, string>;
  /** Keys of fields about which the trace says nothing, such as the input of the case. */
  readonly untold: readonly string[];
}

/** What a table read when a case came to it for the first time, from the case's steps. */
export function valuesOfCase(
  trace: readonly TraceStep[],
  { flow, node, scope }: { flow: Flow; node: string; scope: FeelScopeTypes },
  fields: readonly TryField[],
): CaseValues {
  const end = trace.findIndex((step) => step.node === node);
  const told = new Map<string, FeelValue>();
  for (const step of trace.slice(0, Math.max(0, end))) {
    const name = flow.nodes[step.node]?.name;
    const type = name !== undefined && Object.hasOwn(scope, name) ? scope[name] : undefined;
    if (name !== undefined && type !== undefined && step.port !== null)
      told.set(name, valueForType(fromJson(step.value), type));
  }
  const known = fields.filter(({ path }) => told.has(path[0] ?? ''));
  return {
    reached: end >= 0,
    texts: new Map(known.map(({ key, path, type }) => [key, writeValue(valueAt(told, path) ?? null, type)])),
    untold: fields.filter((field) => !known.includes(field)).map(({ key }) => key),
  };
}
