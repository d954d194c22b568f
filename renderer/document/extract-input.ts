import { mayBeNull, type FeelType } from '../../engine/feel/type.ts';
import type { Field, Fields, Flow, FlowNode } from '../../engine/flow/document.ts';
import { autoName } from '../../engine/flow/edit.ts';
import type { FlowAnalysis } from '../../engine/flow/scope.ts';
import { isRecord } from '../../engine/flow/shape.ts';
import { quote } from '../../engine/flow/words.ts';
import { words } from '../words/index.ts';

/** What steps that become a flow of their own are handed: see extract.ts, X2. */

export interface HandedOver {
  /** The input of the new flow. */
  fields: Fields;
  /** By field, the formula that gives it where the steps were. */
  arguments: Record<string, string>;
  /** Steps that stand for those outside: by name, their formulas. */
  made: ReadonlyMap<string, Record<string, string>>;
  /** Configs in which a single value has become a field of the input. */
  configs: ReadonlyMap<string, FlowNode['config']>;
}

type Read = { node: string; path: readonly string[] };

/** What the steps read from outside, or why that cannot be handed over. */
export function handedOver(flow: Flow, inside: ReadonlySet<string>, analysis: FlowAnalysis): HandedOver | string {
  const own = new Set<string>();
  for (const id of inside) {
    own.add(flow.nodes[id]?.name ?? '');
    const sound = analysis.opened.nodes.get(id)?.sound;
    const item = sound?.kind.opens?.(sound.config).item ?? null;
    if (item !== null) own.add(item);
  }
  const reads: Read[] = [...inside].flatMap((node) =>
    (analysis.analyses.get(node)?.reads ?? []).filter(([root = '']) => !own.has(root)).map((path) => ({ node, path })),
  );
  const hand = new Hand(flow, analysis);
  for (const read of reads) {
    const fault = read.path[0] === 'input' ? hand.input(read.path) : hand.other(read);
    if (fault !== null) return fault;
  }
  return hand.result(inside);
}

class Hand {
  private readonly fields: Record<string, Field> = {};
  private readonly given: Record<string, string> = {};
  /** By name of a step, the single values of it that are read, and the field of each. */
  private readonly leaves = new Map<string, Map<string, { path: readonly string[]; field: string }>>();
  /** Names whose value is single: they become the field itself. */
  private readonly singles = new Map<string, string>();
  private readonly flow: Flow;
  private readonly analysis: FlowAnalysis;

  constructor(flow: Flow, analysis: FlowAnalysis) {
    this.flow = flow;
    this.analysis = analysis;
  }

  input([, name]: readonly string[]): string | null {
    for (const [key, field] of Object.entries(this.flow.input)) {
      if (name !== undefined && key !== name) continue;
      this.fields[key] = field;
      this.given[key] = `input.${key}`;
    }
    return null;
  }

  other({ node, path }: Read): string | null {
    const [root = '', ...rest] = path;
    const type = (this.analysis.scopes.get(node) ?? {})[root];
    // What is in nobody’s scope stays as it is: it was a problem before.
    if (type === undefined) return null;
    if (rest.length === 0 && fieldOfType(type) !== null) {
      if (!this.singles.has(root)) this.singles.set(root, this.field(root, type, [root]));
      return null;
    }
    return this.leavesOf(root, rest, type, false);
  }

  /** All single values at a path of a step's value. */
  private leavesOf(root: string, path: readonly string[], type: FeelType, empty: boolean): string | null {
    let at = type;
    let nullable = empty;
    for (const key of path) {
      nullable ||= mayBeNull(at);
      const next = at.kind === 'context' && Object.hasOwn(at.fields, key) ? at.fields[key] : undefined;
      if (next === undefined) return words().document.extract.whole([root, ...path].join('.'));
      at = next;
    }
    const known = this.leaves.get(root) ?? new Map<string, { path: readonly string[]; field: string }>();
    this.leaves.set(root, known);
    if (fieldOfType(at) !== null) {
      const key = JSON.stringify(path);
      const seen: FeelType = nullable ? { ...at, nullable: true } : at;
      if (!known.has(key))
        known.set(key, { path, field: this.field([root, ...path].join(' '), seen, [root, ...path]) });
      return null;
    }
    // Whether there is a value at all could not be told from its parts.
    if (at.kind !== 'context' || at.open || nullable || mayBeNull(at))
      return words().document.extract.whole([root, ...path].join('.'));
    for (const key of Object.keys(at.fields)) {
      const fault = this.leavesOf(root, [...path, key], type, empty);
      if (fault !== null) return fault;
    }
    return null;
  }

  private field(wish: string, type: FeelType, path: readonly string[]): string {
    const taken = new Set([...Object.keys(this.fields), ...Object.keys(this.flow.input)]);
    const name = autoName(wish, taken);
    const field = fieldOfType(type);
    if (field === null) throw new Error(`${wish} is no single value`);
    this.fields[name] = field;
    this.given[name] = path.join('.');
    return name;
  }

  result(inside: ReadonlySet<string>): HandedOver | string {
    for (const root of this.singles.keys())
      if (this.leaves.has(root)) return words().document.extract.whole(quote(root));
    const made = new Map([...this.leaves].map(([root, leaves]) => [root, formulasOf([...leaves.values()])] as const));
    const configs = new Map<string, FlowNode['config']>();
    for (const id of inside) {
      const sound = this.analysis.opened.nodes.get(id)?.sound;
      if (sound === undefined || sound === null) continue;
      let config = sound.config;
      for (const [root, field] of this.singles)
        config = sound.kind.rename(config, this.analysis.scopes.get(id) ?? {}, root, `input.${field}`);
      if (this.singles.size > 0 && isRecord(config)) configs.set(id, config);
    }
    return { fields: this.fields, arguments: this.given, made, configs };
  }
}

/** `{a: "input.x", b: "{c: input.y}"}` for the values at `a` and at `b.c`. */
function formulasOf(leaves: readonly { path: readonly string[]; field: string }[]): Record<string, string> {
  const byFirst = Map.groupBy(leaves, ({ path }) => path[0] ?? '');
  return Object.fromEntries(
    [...byFirst].map(([key, all]) => {
      const single = all.find(({ path }) => path.length === 1);
      if (single !== undefined) return [key, `input.${single.field}`];
      const inner = formulasOf(all.map(({ path, field }) => ({ path: path.slice(1), field })));
      return [
        key,
        `{ ${Object.entries(inner)
          .map(([name, formula]) => `${name}: ${formula}`)
          .join(', ')} }`,
      ];
    }),
  );
}

/** A field of an input for values of a type; null for what is no single value. */
function fieldOfType(type: FeelType): Field | null {
  const optional = mayBeNull(type) ? { optional: true } : {};
  switch (type.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'date':
    case 'date and time':
      return { type: type.kind, ...optional };
    case 'choice':
      return type.values.length === 0
        ? { type: 'string', ...optional }
        : { type: 'string', values: [...type.values], ...optional };
    default:
      return null;
  }
}
