import { FLOW_FORMAT, FLOW_VERSION, type About, type Fields, type Flow, type FlowEdge } from '../document.ts';

/** The id that the builder gives to a node of this name: `Check refund` becomes `n_check_refund`. */
export const idOf = (name: string): string =>
  `n_${name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 36)}`;

/** An about without gaps. */
export const ABOUT: About = {
  title: 'A flow',
  purpose: 'To be tested.',
  businessOwner: 'Bea',
  flowOwner: 'Flo',
  objective: { text: 'Fewer faults', baseline: '10 a day', target: '1 a day' },
};

/** Builds flows for tests; nodes and edges are spoken of by the nodes' names. Each call changes the builder and returns it. */
export class FlowBuilder {
  readonly #flow: Flow;

  constructor(about: About) {
    this.#flow = { format: FLOW_FORMAT, version: FLOW_VERSION, about, input: {}, nodes: {}, edges: {}, layout: {} };
  }

  /** Declares input fields beside those that are declared. */
  input(fields: Fields): this {
    Object.assign(this.#flow.input, fields);
    return this;
  }

  node(name: string, kind: string, config: Record<string, unknown> = {}, id: string = idOf(name)): this {
    this.#flow.nodes[id] = { kind, name, config };
    return this;
  }

  /** A wire from an exit to a node; neither needs to be there. Edges are called `e_001`, `e_002` and so on. */
  edge(from: string, port: string, to: string): this {
    this.#add({ from: { node: idOf(from), port }, to: { node: idOf(to) } });
    return this;
  }

  /** A wire that goes back, at most `maxVisits` times. */
  back(from: string, port: string, to: string, maxVisits = 3): this {
    this.#add({ from: { node: idOf(from), port }, to: { node: idOf(to) }, back: { maxVisits } });
    return this;
  }

  /** Wires a row of nodes one after the other by the exit `next`. */
  chain(...names: readonly string[]): this {
    names.slice(1).forEach((name, i) => this.edge(names[i] ?? '', 'next', name));
    return this;
  }

  place(name: string, x: number, y: number): this {
    this.#flow.layout[idOf(name)] = { x, y };
    return this;
  }

  /** A copy of what was built so far. */
  build(): Flow {
    return structuredClone(this.#flow);
  }

  #add(edge: FlowEdge): void {
    const number = Object.keys(this.#flow.edges).length + 1;
    this.#flow.edges[`e_${String(number).padStart(3, '0')}`] = edge;
  }
}

/** Begins a flow, such as `flowOf('Refunds').node('Start', 'trigger').node('Done', 'end').chain('Start', 'Done').build()`. */
export const flowOf = (title = ABOUT.title, about: Partial<About> = {}): FlowBuilder =>
  new FlowBuilder({ ...ABOUT, title, ...about });
