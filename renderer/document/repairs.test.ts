import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../../engine/connections/contract.ts';
import type { Flow } from '../../engine/flow/document.ts';
import { hasErrors, type Problem, type ProblemCode } from '../../engine/flow/problem.ts';
import { KINDS } from '../../nodes/index.ts';
import { check } from '../checks/check.ts';
import { freshConfig, payingFlow, surroundings, unsafeFlow } from '../test-kit/flows.ts';
import { causesFirst } from './causes.ts';
import { removeThings } from './commands.ts';
import { repairOf } from './repairs.ts';
import { placesOf } from './tidy.ts';

const checked = (flow: Flow) => check({ id: 1, flow, surroundings, policy: STRICT_POLICY }, KINDS);
let next = 0;
const freshId = (prefix: string): string => `${prefix}_fresh${(next += 1)}`;

function problemIn(flow: Flow, code: ProblemCode): Problem {
  const found = causesFirst(checked(flow).problems, flow).find((problem) => problem.code === code);
  if (found === undefined) throw new Error(`the flow has no ${code}`);
  return found;
}

/** The flow after the first problem of a code was repaired, and what was offered. */
function repaired(flow: Flow, code: ProblemCode): { flow: Flow; label: string } {
  const repair = repairOf(problemIn(flow, code), flow);
  if (repair === null || !('change' in repair)) throw new Error(`nothing is offered for ${code}`);
  return { flow: repair.change(flow, freshId).flow, label: repair.label };
}

const without = (...ids: string[]): Flow => removeThings(payingFlow(), { nodes: ids, edges: ids });
function withConfig(id: string, config: Record<string, unknown>): Flow {
  const flow = payingFlow();
  const node = flow.nodes[id];
  if (node === undefined) throw new Error(`no ${id}`);
  return { ...flow, nodes: { ...flow.nodes, [id]: { ...node, config: { ...node.config, ...config } } } };
}

describe('repairs', () => {
  it('R1 what is offered makes the flow hold again, whatever was taken away', () => {
    const cases: readonly (readonly [Flow, ProblemCode, string])[] = [
      [without('e_4'), 'PORT_UNWIRED', 'Connect to “pay”'],
      [without('e_4'), 'NODE_UNREACHABLE', 'Connect from “ask”, approved'],
      [without('e_7'), 'PORT_UNWIRED', 'Add an end'],
      [without('n_start'), 'TRIGGER_MISSING', 'Add a start'],
      [withConfig('n_topic', { text: 'input.mesage' }), 'EXPRESSION', 'Use “message”'],
      [
        withConfig('n_pay', { arguments: { amount: '340', customer: 'input.message', colour: '1' } }),
        'ARGUMENT_UNKNOWN',
        'Remove “colour”',
      ],
    ];
    for (const [flow, code, offered] of cases) {
      expect(hasErrors(checked(flow).problems)).toBe(true);
      const { flow: after, label } = repaired(flow, code);
      expect(label).toBe(offered);
      expect(checked(after).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });

  it('R2 a step that nothing can lead to is offered to be removed, and one that is disabled to be enabled', () => {
    const flow = payingFlow();
    const node = { kind: 'end', name: 'lost', config: { result: 'lost', value: {} } };
    const lost = { ...flow, nodes: { ...flow.nodes, n_lost: node } };
    expect(repaired(lost, 'NODE_UNREACHABLE').flow.nodes['n_lost']).toBeUndefined();
    const pay = flow.nodes['n_pay'];
    if (pay === undefined) throw new Error('it pays');
    const disabled: Flow = { ...flow, nodes: { ...flow.nodes, n_pay: { ...pay, disabled: true } } };
    expect(repaired(disabled, 'NODE_DISABLED').flow).toEqual(flow);
  });

  it('R3 without an end each way that is open gets one', () => {
    let flow = without('n_end');
    expect(repaired(flow, 'END_MISSING').label).toBe('Add an end');
    for (let i = 0; i < 8 && hasErrors(checked(flow).problems); i++) {
      const code = causesFirst(checked(flow).problems, flow)[0]?.code ?? 'DOCUMENT_SHAPE';
      flow = repaired(flow, code).flow;
    }
    expect(hasErrors(checked(flow).problems)).toBe(false);
  });

  it('R4 an unsafe path gets an approval before its effect, and is none then', () => {
    const flow = unsafeFlow();
    const [path] = checked(flow).unsafe;
    if (path === undefined) throw new Error('it is unsafe');
    const problem: Problem = {
      code: 'UNSAFE_PATH',
      severity: 'error',
      path: [],
      message: '',
      hint: '',
      node: path.effect.node,
    };
    expect(repairOf(problem, flow)).toBeNull();
    const repair = repairOf(problem, flow, path);
    if (repair === null || !('change' in repair)) throw new Error('nothing is offered');
    expect(repair.label).toBe('Put an approval before “pay”');
    const after = checked(repair.change(flow, freshId).flow);
    expect(hasErrors(after.problems)).toBe(false);
    expect(after.unsafe).toEqual([]);
  });

  it('R5 what is missing in the workspace is looked for where it is set up; what is not chosen yet is chosen in the form', () => {
    const gone = withConfig('n_pay', { connection: 'bank' });
    expect(repairOf(problemIn(gone, 'CONNECTION_UNKNOWN'), gone)).toMatchObject({ goTo: 'connections' });
    const open = withConfig('n_pay', { connection: '' });
    expect(repairOf(problemIn(open, 'CONNECTION_UNKNOWN'), open)).toBeNull();
    const model = withConfig('n_topic', { model: 'none' });
    expect(repairOf(problemIn(model, 'MODEL_UNKNOWN'), model)).toMatchObject({ goTo: 'models' });
  });

  it('R6 nothing is offered for the flow as it is not any more', () => {
    const flow = without('e_4');
    const problem = problemIn(flow, 'PORT_UNWIRED');
    expect(repairOf({ ...problem, node: 'constructor' }, flow)).toBeNull();
    expect(repairOf({ ...problem, port: 'none' }, flow)).toBeNull();
  });
});

describe('the order of problems', () => {
  it('R7 when a step is deleted the exit that led to it comes first, and what follows from it last', () => {
    const flow = without('n_topic');
    const codes = causesFirst(checked(flow).problems, flow).map(({ code }) => code);
    expect(codes[0]).toBe('PORT_UNWIRED');
    const rank = (code: ProblemCode) => codes.indexOf(code);
    expect(rank('NODE_UNREACHABLE')).toBeGreaterThan(codes.lastIndexOf('PORT_UNWIRED'));
    expect(rank('EXPRESSION')).toBeGreaterThan(codes.lastIndexOf('NODE_UNREACHABLE'));
    const first = problemIn(flow, 'NODE_UNREACHABLE');
    expect(first.node).toBe('n_ask');
  });

  it('R8 doubts come after errors, and those of one sort stay in the order of the document', () => {
    const one = (code: ProblemCode, severity: 'error' | 'warning', message: string): Problem => ({
      code,
      severity,
      message,
      path: [],
      hint: '',
    });
    const given = [one('PORT_UNWIRED', 'warning', 'a'), one('CONFIG', 'error', 'b'), one('CONFIG', 'error', 'c')];
    expect(causesFirst(given, null).map(({ message }) => message)).toEqual(['b', 'c', 'a']);
  });

  it('R7 branches that come together nowhere get a join, and the flow holds', () => {
    const rest = payingFlow();
    const step = (kind: string, name: string, config: Record<string, unknown> = {}) => ({
      kind,
      name,
      config: { ...freshConfig(kind), ...config },
    });
    const wire = (from: string, port: string, to: string) => ({ from: { node: from, port }, to: { node: to } });
    const flow: Flow = {
      ...rest,
      nodes: {
        n_start: step('trigger', 'start'),
        n_split: step('parallel', 'split', { branches: ['one', 'two'] }),
        n_a: step('transform', 'a', { fields: { x: '1' } }),
        n_b: step('transform', 'b', { fields: { x: '1' } }),
        n_end: step('end', 'end', { result: 'done' }),
      },
      edges: {
        e_1: wire('n_start', 'next', 'n_split'),
        e_2: wire('n_split', 'one', 'n_a'),
        e_3: wire('n_split', 'two', 'n_b'),
        e_4: wire('n_a', 'next', 'n_end'),
        e_5: wire('n_b', 'next', 'n_end'),
      },
      layout: {},
    };
    const open = removeThings(flow, { nodes: ['n_end'], edges: [] });
    for (const one of [flow, open]) {
      expect(hasErrors(checked(one).problems)).toBe(true);
      const { flow: after, label } = repaired(one, 'BLOCK_OPEN');
      expect(label).toBe('Add a join');
      expect(checked(after).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    }
  });

  it('R8 a wire is offered to the step that comes next, never to one that happens to be unreached far away', () => {
    const flow = without('e_4');
    const far = { ...flow, layout: { ...placesOf(flow), n_pay: { x: 9000, y: 4000 } } };
    const label = (one: Flow) => repairOf(problemIn(one, 'PORT_UNWIRED'), one)?.label;
    expect(label(flow)).toBe('Connect to “pay”');
    expect(label(far)).toBe('Add an end');
    const lost = (one: Flow) => repairOf(problemIn(one, 'NODE_UNREACHABLE'), one)?.label;
    expect(lost(flow)).toBe('Connect from “ask”, approved');
    // It is not offered to throw away what an exit is open for.
    expect(lost(far)).toBeUndefined();
  });
});
