import type { Flow, FlowEdge, FlowNode, Place } from '../../../engine/flow/document.ts';
import { FLOW_FORMAT, FLOW_VERSION } from '../../../engine/flow/document.ts';
import { writeFlow } from '../../../engine/flow/read.ts';
import { approvalSchema } from '../../../nodes/approval/config.ts';
import { KINDS } from '../../../nodes/index.ts';

/** Flows as large as they are wanted, sound in the sample workspace: cards of all the usual kinds, with what they usually show. */

/** Steps of one block; see {@link addBlock}. */
const BLOCK = 10;
const BLOCKS_IN_A_LANE = 10;
const LEAST_LANES = 2;
const ACROSS = 320;
const DOWN = 260;
const LANE = 3 * DOWN;

interface Drawing {
  nodes: Record<string, FlowNode>;
  edges: Record<string, FlowEdge>;
  layout: Record<string, Place>;
}

/** A step that is typed into: an approval whose title is on its card. */
export const TYPED = 'ask 001';
/** A step that can be disabled. */
export const SWITCHED = 'sum 001';
/** An end whose result is one letter; without it, it is a problem. */
export const EMPTIED = 'stopped 001';

/**
 * A sound flow of `count` nodes, 50 or more: lanes of blocks (work out, AI decision, approval, rule that branches,
 * connector, approval, work out, wait, work out, end), one lane for each hundred steps, and notes for the rest.
 *
 * @param rows how many rows the table of each rule has, which is what makes a document heavy
 */
export function stressFlow(count: number, rows = 4): Flow {
  const drawing: Drawing = { nodes: {}, edges: {}, layout: {} };
  const draw = (id: string, node: FlowNode, x: number, y: number): void => {
    drawing.nodes[id] = node;
    drawing.layout[id] = { x, y };
  };
  const blocks = Math.floor((count - 4) / BLOCK);
  const inALane = Math.min(BLOCKS_IN_A_LANE, Math.ceil(blocks / LEAST_LANES));
  const lanes = Math.ceil(blocks / inALane);
  const routes = Array.from({ length: lanes }, (_, lane) => `lane ${lane + 1}`);
  draw('n_start', step('trigger', 'start'), 0, 0);
  draw('n_lanes', laneRule(routes), ACROSS, 0);
  draw('n_over', step('end', 'over', { result: 'over', value: {} }), ACROSS * (4 + 6 * inALane), 0);
  wire(drawing, 'n_start', 'next', 'n_lanes');
  wire(drawing, 'n_lanes', 'otherwise', 'n_over');
  let before = { node: 'n_lanes', port: routes[0] ?? '' };
  for (let block = 0; block < blocks; block++) {
    const lane = Math.floor(block / inALane);
    const place = block % inALane;
    if (place === 0) before = { node: 'n_lanes', port: routes[lane] ?? '' };
    const at = { x: ACROSS * (2 + 6 * place), y: LANE * lane };
    const port = addBlock({ drawing, draw, number: block + 1, at, rows });
    wire(drawing, before.node, before.port, port.first);
    before = { node: port.last, port: 'next' };
    if (place === inALane - 1 || block === blocks - 1) wire(drawing, before.node, before.port, 'n_over');
  }
  for (let i = Object.keys(drawing.nodes).length; i < count; i++)
    draw(`n_note${i}`, step('note', `remark ${i}`, { text: 'Why it is done so.' }), ACROSS * (i % 10), -DOWN);
  return {
    format: FLOW_FORMAT,
    version: FLOW_VERSION,
    about: {
      title: `Stress ${count} ${rows}`,
      purpose: 'Is drawn, and measured.',
      businessOwner: 'Head of customer support',
      flowOwner: 'Support operations',
      objective: { text: 'No lag.', baseline: 'unknown', target: 'none' },
    },
    input: { message: { type: 'string', personal: true }, ticket: { type: 'string' }, amount: { type: 'number' } },
    ...drawing,
  };
}

/** A sound flow of `count` nodes whose document has about as many bytes, and not fewer. */
export function heavyFlow(count: number, bytes: number): Flow {
  const weigh = (rows: number): number => writeFlow(stressFlow(count, rows)).length;
  const [few, some] = [weigh(4), weigh(104)];
  return stressFlow(count, 4 + Math.ceil(Math.max(0, bytes - few) / ((some - few) / 100)));
}

function step(kind: string, name: string, config: Record<string, unknown> = {}): FlowNode {
  const initial = KINDS[kind]?.initial();
  if (typeof initial !== 'object' || initial === null) throw new Error(`there is no kind ${kind}`);
  return { kind, name, config: { ...initial, ...config } };
}

function wire({ edges }: Drawing, from: string, port: string, to: string): void {
  edges[`e_${Object.keys(edges).length}`] = { from: { node: from, port }, to: { node: to } };
}

/** Which lane a case takes, by its amount. */
const laneRule = (routes: readonly string[]): FlowNode =>
  step('rule', 'lanes', {
    branchBy: 'lane',
    table: {
      hitPolicy: 'FIRST',
      inputs: [{ id: 'i_amount', expression: 'input.amount' }],
      outputs: [{ id: 'o_lane', name: 'lane', values: [...routes] }],
      rows: routes.map((route, i) => ({
        id: `r_${i}`,
        when: [i === routes.length - 1 ? '-' : `< ${(i + 1) * 100}`],
        then: [`"${route}"`],
      })),
    },
  });

interface Block {
  drawing: Drawing;
  draw: (id: string, node: FlowNode, x: number, y: number) => void;
  number: number;
  at: { x: number; y: number };
  rows: number;
}

/** Ten steps that a case comes through in one of six ways. */
function addBlock({ drawing, draw, number: n, at, rows }: Block): { first: string; last: string } {
  const id = (name: string): string => `n_${name}${n}`;
  const called = (name: string): string => `${name} ${String(n).padStart(3, '0')}`;
  const put = (name: string, node: FlowNode, column: number, line: number): void =>
    draw(id(name), node, at.x + column * ACROSS, at.y + line * DOWN);
  const approve = (name: string, title: string, label: string, value: string): FlowNode =>
    step(
      'approval',
      called(name),
      approvalSchema.parse({
        title,
        role: 'agent',
        count: 1,
        fourEyes: false,
        due: null,
        sendBack: false,
        show: [{ label, value }],
      }),
    );
  put('sum', step('transform', called('sum'), { fields: { total: `input.amount * ${n}` } }), 0, 0);
  put('topic', step('ai-decision', called('topic'), { model: 'support-topics', text: 'input.message' }), 1, 0);
  put('ask', approve('ask', `Is the message about this? ${n}`, 'Message', 'input.message'), 2, 1);
  put(
    'plan',
    step('rule', called('plan'), { branchBy: 'route', table: planTable(`${called('sum')}.total`, rows) }),
    3,
    0,
  );
  put('read', step('connector', called('read'), READ), 4, 0);
  put('lead', approve('lead', `Above the limit ${n}`, 'Total', `string(${called('sum')}.total)`), 4, 1);
  put('note', step('transform', called('figure'), { fields: { figure: `${called('sum')}.total + ${n}` } }), 5, 0);
  put('rest', step('wait', called('rest'), { until: 'while', duration: 'PT1H' }), 5, 1);
  put('last', step('transform', called('last'), { fields: { same: `${called('figure')}.figure` } }), 5, 2);
  put('stop', step('end', called('stopped'), { result: 's', value: { total: `${called('sum')}.total` } }), 4, 2);
  for (const [from, port, to] of WIRES) wire(drawing, id(from), port, id(to));
  return { first: id('sum'), last: id('last') };
}

const READ = { connection: 'helpdesk', action: 'read ticket', arguments: { ticket: 'input.ticket' } };

const WIRES = [
  ['sum', 'next', 'topic'],
  ['topic', 'answered', 'plan'],
  ['topic', 'uncertain', 'ask'],
  ['ask', 'approved', 'plan'],
  ['ask', 'rejected', 'stop'],
  ['plan', 'small', 'read'],
  ['plan', 'large', 'lead'],
  ['plan', 'otherwise', 'note'],
  ['read', 'done', 'note'],
  ['read', 'refused', 'note'],
  ['lead', 'approved', 'note'],
  ['lead', 'rejected', 'stop'],
  ['note', 'next', 'rest'],
  ['rest', 'next', 'last'],
] as const;

function planTable(total: string, rows: number) {
  return {
    hitPolicy: 'FIRST',
    inputs: [
      { id: 'i_total', expression: total },
      { id: 'i_amount', expression: 'input.amount' },
    ],
    outputs: [{ id: 'o_route', name: 'route', values: ['small', 'large'] }],
    rows: Array.from({ length: rows }, (_, i) => ({
      id: `r_${i}`,
      when: i === rows - 1 ? ['-', '-'] : [`[${i * 50}..${i * 50 + 49}]`, i % 2 === 0 ? '< 1000' : '>= 1000'],
      then: [i % 2 === 0 ? '"small"' : '"large"'],
    })),
  };
}
