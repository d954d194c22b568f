import type { Analysis, Surroundings } from '../../nodes/kind.ts';
import type { FeelScopeTypes } from '../feel/index.ts';
import { ANY } from '../feel/type.ts';
import type { Flow, FlowNode } from './document.ts';
import { asJson, canonicalJson } from './json.ts';
import { nameFault, namesOf } from './names.ts';
import type { Kinds, OpenNode } from './open.ts';
import type { Problem } from './problem.ts';
import { analyseFlow } from './scope.ts';
import { isRecord } from './shape.ts';
import { listOf, quote } from './words.ts';

export { autoName } from './names.ts';

export type Renaming = { ok: true; flow: Flow } | { ok: false; problem: Problem };

/**
 * Gives a node another name and rewrites, by syntax tree, every expression that reads it. Refused when the name cannot
 * be used or is taken, and when an expression uses the new name for something of its own, so that it would read something
 * else afterwards. Configs in which nothing changes are the very same objects as before.
 */
export function renameNode(flow: Flow, id: string, to: string, kinds: Kinds, surroundings: Surroundings): Renaming {
  const node = Object.hasOwn(flow.nodes, id) ? flow.nodes[id] : undefined;
  if (node === undefined) throw new Error(`there is no node ${id} to rename`);
  const from = node.name;
  if (to === from) return { ok: true, flow };
  const fault = nameFault(to);
  if (fault !== null) return refuse(id, 'NODE_NAME_INVALID', fault.message, fault.hint);
  if (namesOf(flow).has(to)) {
    return refuse(id, 'NODE_NAME_TAKEN', `There is a step called ${quote(to)} already.`, 'Choose a name that is free.');
  }
  const { opened, scopes, analyses } = analyseFlow(flow, kinds, surroundings);
  const nodes: Record<string, FlowNode> = { ...flow.nodes };
  const clashes: string[] = [];
  for (const [otherId, other] of opened.nodes) {
    const analysis = analyses.get(otherId);
    if (analysis === undefined) continue;
    const scope = scopes.get(otherId) ?? {};
    const renamed = renameInNode(other, analysis, scope, { from, to, surroundings });
    if (renamed === 'clash') clashes.push(other.node.name);
    else if (renamed !== null) nodes[otherId] = { ...other.node, config: renamed };
  }
  if (clashes.length > 0) {
    return refuse(
      id,
      'NODE_NAME_TAKEN',
      `${listOf(clashes)} uses the name ${quote(to)} for something of its own in an expression.`,
      'Choose another name.',
    );
  }
  nodes[id] = { ...(nodes[id] ?? node), name: to };
  return { ok: true, flow: { ...flow, nodes } };
}

/** The config after the renaming, null when nothing in it changes, `clash` when it would read something else. */
function renameInNode(
  { sound }: OpenNode,
  analysis: Analysis,
  scope: FeelScopeTypes,
  change: { from: string; to: string; surroundings: Surroundings },
): FlowNode['config'] | null | 'clash' {
  const { from, to, surroundings } = change;
  const readsIt = analysis.reads.some(([root]) => root === from);
  // What does not check yet may read the name all the same.
  if (sound === null || (!readsIt && !analysis.problems.some(({ severity }) => severity === 'error'))) return null;
  // A node that is not wired up yet does not have the name in scope, and is rewritten nonetheless.
  const before: FeelScopeTypes = Object.hasOwn(scope, from) ? scope : { ...scope, [from]: ANY };
  const config = sound.kind.rename(sound.config, before, from, to);
  if (sameJson(config, sound.config)) return null;
  if (!isRecord(config)) throw new Error(`the kind ${sound.kind.kind} renamed a config into something else`);
  const { [from]: type, ...others } = before;
  const after = sound.kind.analyse(config, { ...others, [to]: type ?? ANY }, surroundings);
  const expected = sound.kind
    .analyse(sound.config, before, surroundings)
    .reads.map((path) => pathAfter(path, from, to));
  return sameJson(sortedReads(expected), sortedReads(after.reads)) ? config : 'clash';
}

/**
 * A node's config after several names became others, rewritten by syntax tree; `clash` when a formula would read something
 * else afterwards. `scope` has every name that its formulas may mean; no new name is one of these. A config in which
 * nothing changes, and one that cannot be read, is the very same object.
 */
export function renameInConfig(
  opened: OpenNode,
  scope: FeelScopeTypes,
  names: ReadonlyMap<string, string>,
  surroundings: Surroundings,
): FlowNode['config'] | 'clash' {
  let at = opened;
  let seen = scope;
  for (const [from, to] of names) {
    const { sound } = at;
    if (sound === null) break;
    // However many spaces stand between the words of a name, its first is there where the name is.
    if (from === to || !JSON.stringify(sound.config).includes(from.split(' ')[0] ?? from)) continue;
    const analysis = sound.kind.analyse(sound.config, seen, surroundings);
    const config = renameInNode(at, analysis, seen, { from, to, surroundings });
    if (config === 'clash') return 'clash';
    if (config === null) continue;
    at = { ...at, node: { ...at.node, config }, sound: { ...sound, config } };
    seen = { ...seen, [to]: ANY };
  }
  return at.node.config;
}

const pathAfter = (path: readonly string[], from: string, to: string): readonly string[] =>
  path[0] === from ? [to, ...path.slice(1)] : path;

const sortedReads = (reads: readonly (readonly string[])[]): string[] =>
  [...new Set(reads.map((path) => JSON.stringify(path)))].sort();

const sameJson = (a: unknown, b: unknown): boolean => canonicalJson(asJson(a)) === canonicalJson(asJson(b));

const refuse = (id: string, code: Problem['code'], message: string, hint: string): Renaming => ({
  ok: false,
  problem: { code, severity: 'error', path: ['nodes', id, 'name'], message, hint, node: id },
});

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** How many random bytes an id takes: 80 bits, enough that no two drawings ever share one. */
export const ID_BYTES = 10;

/**
 * A fresh id such as `n_3k9…`: `prefix`, `_`, and the bytes in Crockford's base 32, small. The prefix begins with a small
 * letter and has at most 20 characters; give {@link ID_BYTES} random bytes.
 */
export function newId(bytes: Uint8Array, prefix: string): string {
  let bits = 0;
  let held = 0;
  let text = '';
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += LETTERS[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += LETTERS[(held << (5 - bits)) & 31];
  return `${prefix}_${text}`;
}
