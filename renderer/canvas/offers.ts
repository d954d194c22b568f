import { KINDS, type AnyKind } from '../../nodes/index.ts';
import type { Drawn } from '../state/edit.ts';
import { words } from '../words/index.ts';

/** What quick-add offers: each kind, and a rule that is set up as a branch. */
export interface Offer {
  id: string;
  kind: AnyKind;
  label: string;
  summary: string;
  icon: string;
  config?: Record<string, unknown>;
}

/** How a step that is offered is set up and called, where it is not as its kind begins. */
export const settingsOf = ({ config, label }: Offer): Pick<Drawn, 'config' | 'name'> =>
  config === undefined ? {} : { config: structuredClone(config), name: label };

const BRANCH: Record<string, unknown> = {
  table: {
    hitPolicy: 'FIRST',
    inputs: [{ id: 'i1', expression: '' }],
    outputs: [{ id: 'o1', name: 'way', values: ['yes', 'no'] }],
    rows: [{ id: 'r1', when: ['-'], then: ['"yes"'] }],
  },
  branchBy: 'way',
};

function offers(): readonly Offer[] {
  const kinds = Object.values(KINDS).map((kind): Offer => ({
    id: kind.kind,
    kind,
    label: kind.label,
    summary: kind.summary,
    icon: kind.icon,
  }));
  const rule = KINDS['rule'];
  if (rule === undefined) return kinds;
  const branch: Offer = {
    id: 'branch',
    kind: rule,
    // In the words of the moment: the list is made once.
    get label() {
      return words().canvas.quickAdd.branch;
    },
    get summary() {
      return words().canvas.quickAdd.branchSummary;
    },
    icon: 'split',
    config: BRANCH,
  };
  const at = kinds.findIndex(({ id }) => id === 'rule') + 1;
  return kinds.toSpliced(at, 0, branch);
}

export const OFFERS: readonly Offer[] = offers();
