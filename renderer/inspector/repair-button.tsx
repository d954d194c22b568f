import { Wrench } from 'lucide-react';
import { use } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import type { Problem } from '../../engine/flow/problem.ts';
import { showNode } from '../canvas/viewport.ts';
import { repairOf, type Repair, type UnsafeWay } from '../document/repairs.ts';
import { edit, freshId, selectNodes } from '../state/edit.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import { FormContext } from './form-context.ts';

/** Does what is offered: one step for undo, and what it was done to is selected. */
function doRepair(repair: Repair): void {
  if ('goTo' in repair) return transit((state) => arranged(state, { view: repair.goTo }));
  let select: readonly string[] = [];
  edit(words().repairs.did(repair.label), (flow) => {
    const done = repair.change(flow, freshId);
    select = done.select;
    return done.flow;
  });
  const [first] = select;
  if (first === undefined) return;
  selectNodes(select);
  // The card has to be drawn before it can be seen.
  setTimeout(() => showNode(first), 60);
}

interface RepairButtonProps {
  problem: Problem;
  flow: Flow;
  /** The path that an unsafe path tells of. */
  unsafe: UnsafeWay | null;
}

/** The same for a problem of a field in a step's form, whose path begins at the config. */
export function FieldRepair({ problem }: { problem: Problem }) {
  const form = use(FormContext);
  if (form === null) return null;
  const whole = { ...problem, path: ['nodes', form.node, 'config', ...problem.path], node: form.node };
  return <RepairButton problem={whole} flow={form.flow} unsafe={null} />;
}

/** What can be done about a problem, as a button; nothing where a person has to say what is meant. */
export function RepairButton({ problem, flow, unsafe }: RepairButtonProps) {
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  // What is told of the flow as it was a moment ago may not hold of this one.
  const current = useStudio((state) => state.checks.of === flow);
  const repair = readOnly ? null : repairOf(problem, flow, unsafe);
  if (repair === null) return null;
  return (
    <button type="button" className="plain repair" disabled={!current} onClick={() => doRepair(repair)}>
      <Wrench size={14} aria-hidden />
      <span className="clip">{repair.label}</span>
    </button>
  );
}
