import { diffTables } from '../dmn/diff-table.ts';
import { tableSentences } from '../dmn/diff-table-words.ts';
import { tableSchema, type DecisionTable } from '../dmn/table-document.ts';
import { asideChanges } from './diff-asides.ts';
import { leafChanges } from './diff-leaves.ts';
import { changeOf, pairs, sameJson, type FlowChange } from './diff-parts.ts';
import { diffModels, type ModelDiff } from './diff-model.ts';
import { aboutWords, configWords, edgeWords, fieldChanges, leafWords } from './diff-words.ts';
import type { Flow, FlowNode } from './document.ts';
import { kindNamed, type Kinds } from './open.ts';
import { comparePaths, type Path } from './problems.ts';
import { quote } from './words.ts';

export { changeOf, pairs, sameJson, type FlowChange, type Pair } from './diff-parts.ts';
export { leafChanges, type Leaf } from './diff-leaves.ts';
export { leafWords } from './diff-words.ts';

export interface DiffOptions {
  /** Tells as well of what no run depends on: nodes that were moved on the canvas, groups and comments. */
  moves?: boolean;
  /** The kinds whose forms give settings, exits and kinds their words; without them they go by their keys. */
  kinds?: Kinds;
}

/** What changed from one flow to another, in the order of the document: about, input, nodes, edges. Equal flows give nothing. */
export function diffFlows(before: Flow, after: Flow, options: DiffOptions = {}): FlowChange[] {
  return [
    ...aboutChanges(before, after),
    ...inputChanges(before, after),
    ...nodeChanges(before, after, options.kinds ?? {}),
    ...edgeChanges(before, after, options.kinds ?? {}),
    ...(options.moves === true ? [...moveChanges(before, after), ...asideChanges(before, after)] : []),
  ];
}

function aboutChanges(before: Flow, after: Flow): FlowChange[] {
  return leafChanges(before.about, after.about).map((leaf) => {
    const id = leaf.path.join('.');
    return {
      what: 'about',
      id,
      name: id,
      change: 'changed',
      ...leaf,
      path: ['about', ...leaf.path],
      sentence: `About: ${aboutWords(leaf)}.`,
    };
  });
}

function inputChanges(before: Flow, after: Flow): FlowChange[] {
  return pairs(before.input, after.input)
    .filter((pair) => !sameJson(pair.before, pair.after))
    .map((pair) => {
      const change = changeOf(pair);
      const detail = change === 'changed' ? `: ${fieldChanges(pair.before, pair.after).join('; ')}` : '';
      const verb = change === 'changed' ? 'changed' : `was ${change}`;
      return {
        what: 'input',
        name: pair.id,
        change,
        path: ['input', pair.id],
        ...pair,
        sentence: `The input field ${quote(pair.id)} ${verb}${detail}.`,
      };
    });
}

function nodeChanges(before: Flow, after: Flow, kinds: Kinds): FlowChange[] {
  return pairs(before.nodes, after.nodes).flatMap((pair): FlowChange[] => {
    const node = pair.after ?? pair.before;
    if (node === undefined) return [];
    if (pair.before !== undefined && pair.after !== undefined)
      return insideNode(pair.id, pair.before, pair.after, kinds);
    const change = changeOf(pair);
    const kind = kindNamed(kinds, node.kind)?.label ?? node.kind;
    const sentence = `The step ${quote(node.name)} (${kind}) was ${change}.`;
    return [{ what: 'node', name: node.name, change, path: ['nodes', pair.id], ...pair, sentence }];
  });
}

function insideNode(id: string, before: FlowNode, after: FlowNode, kinds: Kinds): FlowChange[] {
  const name = after.name;
  for (const holder of TABLE_HOLDERS) {
    const [old, now] = [tableOf(before, holder), tableOf(after, holder)];
    if (old === null || now === null || sameJson(old, now)) continue;
    const [one, other] = [withoutTable(before, holder), withoutTable(after, holder)];
    const path = ['nodes', id, 'config', ...holder, 'table'];
    const changes = [...insideNode(id, one, other, kinds), ...insideTable(id, name, old, now, path)];
    // What stands before the table in the config is told before it; the table's own changes keep their order.
    return changes.sort((x, y) => comparePaths(x.path.slice(0, 4), y.path.slice(0, 4)));
  }
  const model = diffModels(before.config, after.config);
  if (model !== null)
    return [...insideNode(id, { ...before, config: model.rest }, after, kinds), ...insideModel(id, name, model)];
  return leafChanges(before, after).map((leaf) => {
    const [part, ...rest] = leaf.path;
    const sentence =
      part === 'disabled'
        ? `${quote(name)} is now ${after.disabled === true ? 'disabled' : 'enabled'}.`
        : part === 'name'
          ? `The step ${quote(before.name)} is now called ${quote(after.name)}.`
          : `${quote(name)}: ${part === 'config' ? configWords({ ...leaf, path: rest }, before, after, kinds) : leafWords(leaf)}.`;
    return { what: 'node', id, name, change: 'changed', ...leaf, path: ['nodes', id, ...leaf.path], sentence };
  });
}

/** The part of a config that has a table: the config itself, or what an AI decision falls back to. */
type Holder = readonly [] | readonly ['fallback'];
const TABLE_HOLDERS: readonly Holder[] = [[], ['fallback']];

/** The decision table in a config; null when there is none, or what is there cannot be read as one. */
function tableOf(node: FlowNode, holder: Holder): DecisionTable | null {
  const [part] = holder;
  const held = part === undefined ? node.config : recordIn(node.config[part]);
  const read = tableSchema.safeParse(held['table']);
  return read.success ? read.data : null;
}

function withoutTable(node: FlowNode, holder: Holder): FlowNode {
  const [part] = holder;
  const { table: _, ...rest } = part === undefined ? node.config : recordIn(node.config[part]);
  return { ...node, config: part === undefined ? rest : { ...node.config, [part]: rest } };
}

const recordIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

function insideTable(
  id: string,
  name: string,
  before: DecisionTable,
  after: DecisionTable,
  path: Path = ['nodes', id, 'config', 'table'],
): FlowChange[] {
  const all = tableSentences(diffTables(before, after));
  if (all.length === 0) {
    const sentence = `${quote(name)}: the table is written in another way (ids, empty texts) and says the same.`;
    return [{ what: 'node', id, name, change: 'changed', path, before, after, sentence }];
  }
  return all.map((one) => ({
    what: 'node',
    id,
    name,
    change: 'changed',
    path: [...path, ...one.path],
    before: one.before ?? undefined,
    after: one.after ?? undefined,
    sentence: `${quote(name)}: ${one.words}.`,
    ...(one.row === null ? {} : { row: one.row }),
  }));
}

/** A document's lines say little to people, and all change their places with one that comes in between. */
function insideModel(id: string, name: string, { tables, beside }: ModelDiff): FlowChange[] {
  const path = ['nodes', id, 'config', 'model'];
  const changes = tables.flatMap(({ key, owner, before, after }) =>
    insideTable(id, name, before, after, [...path, 'tables', key]).map((change) => ({
      ...change,
      sentence: owner === name ? change.sentence : change.sentence.replace(': ', `, table of ${quote(owner)}: `),
    })),
  );
  if (!beside) return changes;
  const sentence = `${quote(name)}: the document of the DMN model changed${tables.length > 0 ? ' beside its tables as well' : ''}.`;
  const at = [...path, 'lines'];
  return [
    ...changes,
    { what: 'node', id, name, change: 'changed', path: at, before: undefined, after: undefined, sentence },
  ];
}

function edgeChanges(before: Flow, after: Flow, kinds: Kinds): FlowChange[] {
  return pairs(before.edges, after.edges)
    .filter((pair) => !sameJson(pair.before, pair.after))
    .map((pair) => {
      const old = pair.before === undefined ? '' : edgeWords(pair.before, before, kinds);
      const now = pair.after === undefined ? '' : edgeWords(pair.after, after, kinds);
      const change = changeOf(pair);
      const sentence =
        change === 'changed'
          ? `The wire ${old} is now ${now}.`
          : `The wire ${change === 'added' ? now : old} was ${change}.`;
      return { what: 'edge', name: now || old, change, path: ['edges', pair.id], ...pair, sentence };
    });
}

function moveChanges(before: Flow, after: Flow): FlowChange[] {
  return pairs(before.layout, after.layout)
    .filter((pair) => !sameJson(pair.before, pair.after))
    .map((pair) => {
      const name = after.nodes[pair.id]?.name ?? before.nodes[pair.id]?.name ?? pair.id;
      return {
        what: 'place',
        name,
        change: changeOf(pair),
        path: ['layout', pair.id],
        ...pair,
        sentence: `${quote(name)} was moved.`,
      };
    });
}
