import type { Surroundings } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import type { Fields, Flow, FlowNode } from './document.ts';
import type { Renaming } from './edit.ts';
import { fieldsType } from './field-type.ts';
import { asJson, canonicalJson } from './json.ts';
import type { Kinds } from './open.ts';
import type { Problem } from './problem.ts';
import { nameSchema } from './document.ts';
import { analyseFlow } from './scope.ts';
import { isRecord } from './shape.ts';
import { listOf, quote } from './words.ts';

/**
 * Gives a field of the input another name and rewrites, by syntax tree, every expression that reads it. Refused when the
 * name cannot be used or is taken, and when an expression would read something else afterwards. Scenarios, and flows that
 * this one stands in, follow when it is saved (studio/carry.ts).
 */
export function renameInput(flow: Flow, from: string, to: string, kinds: Kinds, surroundings: Surroundings): Renaming {
  if (!Object.hasOwn(flow.input, from)) throw new Error(`the input has no field ${from} to rename`);
  if (from === to) return { ok: true, flow };
  if (!nameSchema.safeParse(to).success || to === '__proto__')
    return refuse(
      from,
      'DOCUMENT_SHAPE',
      `${quote(to)} cannot be the name of a field.`,
      'Use letters, digits and single spaces.',
    );
  if (Object.hasOwn(flow.input, to))
    return refuse(
      from,
      'NODE_NAME_TAKEN',
      `There is a field called ${quote(to)} already.`,
      'Choose a name that is free.',
    );
  const input: Fields = Object.fromEntries(
    Object.entries(flow.input).map(([name, field]) => [name === from ? to : name, field]),
  );
  const { opened, scopes } = analyseFlow(flow, kinds, surroundings);
  const nodes: Record<string, FlowNode> = { ...flow.nodes };
  const clashes: string[] = [];
  for (const [id, { sound, node }] of opened.nodes) {
    if (sound === null) continue;
    const before: FeelScopeTypes = { ...scopes.get(id), input: fieldsType(flow.input) };
    const config = sound.kind.rename(sound.config, before, `input.${from}`, to);
    if (!isRecord(config) || sameJson(config, sound.config)) continue;
    const readsBefore = sound.kind.analyse(sound.config, before, surroundings).reads;
    const readsAfter = sound.kind.analyse(config, { ...before, input: fieldsType(input) }, surroundings).reads;
    if (sameJson(sorted(readsBefore.map((path) => pathAfter(path, from, to))), sorted(readsAfter)))
      nodes[id] = { ...node, config };
    else clashes.push(node.name);
  }
  if (clashes.length > 0)
    return refuse(
      from,
      'NODE_NAME_TAKEN',
      `${listOf(clashes)} would read something else by the name ${quote(to)}.`,
      'Choose another name.',
    );
  return { ok: true, flow: { ...flow, input, nodes } };
}

const pathAfter = (path: readonly string[], from: string, to: string): readonly string[] =>
  path[0] === 'input' && path[1] === from ? ['input', to, ...path.slice(2)] : path;

const sorted = (reads: readonly (readonly string[])[]): string[] =>
  [...new Set(reads.map((path) => JSON.stringify(path)))].sort();

const sameJson = (a: unknown, b: unknown): boolean => canonicalJson(asJson(a)) === canonicalJson(asJson(b));

const refuse = (field: string, code: Problem['code'], message: string, hint: string): Renaming => ({
  ok: false,
  problem: { code, severity: 'error', path: ['input', field], message, hint },
});
