import { isFeelContext, isFeelList, toJson, type FeelValue } from '../feel/value.ts';
import { isPersonal } from '../flow/document.ts';
import type { Program } from '../program/program.ts';
import type { Seal } from '../flow/story-fact.ts';
import type { StoredMoment, StoryFact } from './told.ts';

interface Held {
  value: FeelValue;
  seal: Seal;
}

/** What formulas saw at each point of a run, line by line: what a step read is told from it. */
export class Scopes {
  readonly #program;
  readonly #lines = new Map<string, Map<string, Held>>();
  #erasedInput = false;

  constructor(program: Pick<Program, 'nodes' | 'flow' | 'personalFields'>) {
    this.#program = program;
  }

  /** Takes up what an event adds to what formulas see. */
  after({ event, seal = 'open' }: StoredMoment): void {
    if (event.type === 'run.started') {
      this.#erasedInput = seal === 'erased';
      this.#put('', 'input', { value: event.body.input, seal: 'open' });
      for (const [name, value] of event.body.carried?.values ?? []) this.#put('', name, { value, seal });
    }
    if (event.type === 'node.completed') {
      const node = this.#program.nodes.get(event.node);
      if (node !== undefined) this.#put(event.path ?? '', node.variable, { value: event.body.value, seal });
    }
    if (event.type === 'branches.opened' && event.body.item !== null) {
      const { item, items, keys, visit } = event.body;
      const within = `${event.path === undefined || event.path === '' ? '' : `${event.path}/`}${event.node}:${visit}:`;
      keys.forEach((key, i) => this.#put(`${within}${key}`, item, { value: items?.[i] ?? null, seal }));
    }
  }

  /** What the formulas of a node read, as they find it. */
  readBy(node: string, path: string): StoryFact[] {
    const paths = this.#program.nodes.get(node)?.reads ?? [];
    const seen = new Set<string>();
    return paths.flatMap((parts): StoryFact[] => {
      const name = parts.join('.');
      const [root = '', ...rest] = parts;
      const held = this.#find(path, root);
      if (held === null || seen.has(name)) return [];
      seen.add(name);
      const seal = root === 'input' ? this.#inputSeal(rest[0]) : held.seal;
      return [{ what: 'read', name, value: seal === 'erased' ? null : toJson(memberAt(held.value, rest)), seal }];
    });
  }

  /** Of the input as a whole: personal as soon as one of its fields is. */
  #inputSeal(field: string | undefined): Seal {
    const { flow, personalFields } = this.#program;
    const sealed = field === undefined ? Object.values(flow.input).some(isPersonal) : personalFields.has(field);
    return sealed ? (this.#erasedInput ? 'erased' : 'sealed') : 'open';
  }

  #put(path: string, name: string, held: Held): void {
    const line = this.#lines.get(path) ?? new Map<string, Held>();
    line.set(name, held);
    this.#lines.set(path, line);
  }

  /** From the branch outwards. */
  #find(path: string, name: string): Held | null {
    for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const held = this.#lines.get(at)?.get(name);
      if (held !== undefined) return held;
      if (at === '') return null;
    }
  }
}

/** A member of a value by its names, through lists as FEEL goes; what has no members is given as it is. */
function memberAt(value: FeelValue, [name, ...rest]: readonly string[]): FeelValue {
  if (name === undefined) return value;
  if (isFeelList(value)) return value.map((item) => memberAt(item, [name, ...rest]));
  return isFeelContext(value) ? memberAt(value.get(name) ?? null, rest) : value;
}
