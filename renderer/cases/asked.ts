import type { Fields, Flow, FlowNode } from '../../engine/flow/document.ts';
import { calledAt } from '../../engine/flow/renames.ts';
import { aiDecisionSchema } from '../../nodes/ai-decision/config.ts';
import { approvalSchema } from '../../nodes/approval/config.ts';
import { KINDS } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { taskSchema } from '../../nodes/task/config.ts';
import { waitSchema } from '../../nodes/wait/config.ts';
import { own } from '../document/describe.ts';

/** What a flow asks of the world around it while a case runs, so that a case can say how the world answers. */

interface AtStep {
  /** The step's name, as scenarios write it: of a sub-flow `Check credit › Read account`. */
  at: string;
}

interface OfPerson extends AtStep {
  role: string;
  title: string;
}

/** A person is to agree; `count` is how many. */
interface Approve extends OfPerson {
  asks: 'approve';
  count: number;
  sendBack: boolean;
}

export interface Choose extends OfPerson {
  asks: 'choose';
  choices: readonly { value: string; label: string }[];
  /** Only where a model was not sure. */
  instead: boolean;
}

export interface FillIn extends OfPerson {
  asks: 'fill in';
  fields: Fields;
}

export interface OfModel extends AtStep {
  asks: 'model';
  question: string;
  /** Empty where the model is not known. */
  choices: readonly string[];
}

export interface Message extends AtStep {
  asks: 'message';
  name: string;
  /** The formula whose text the message has to name. */
  key: string;
  fields: Fields;
  /** Its formula reads the flow's own input, and not that of a sub-flow. */
  outer: boolean;
}

export type PersonAsked = Approve | Choose | FillIn;
export type Asked = PersonAsked | OfModel | Message;

/** Everything that steps of the flow and of its sub-flows ask, in the order in which a case comes to them. */
export function askedIn(flow: Flow, surroundings: Surroundings): Asked[] {
  return within(flow, surroundings, '', [flow]);
}

function within(flow: Flow, surroundings: Surroundings, prefix: string, path: readonly Flow[]): Asked[] {
  return inOrder(flow).flatMap((id): Asked[] => {
    const node = flow.nodes[id];
    if (node === undefined || node.disabled === true) return [];
    const at = `${prefix}${node.name}`;
    const called = calledAt(flow, id, KINDS);
    const inner = called === null ? undefined : own(surroundings.flows ?? {}, called);
    if (inner !== undefined)
      return path.includes(inner) ? [] : within(inner, surroundings, `${at} › `, [...path, inner]);
    return askedBy(node, at, surroundings, prefix === '');
  });
}

function askedBy({ kind, config }: FlowNode, at: string, surroundings: Surroundings, outer: boolean): Asked[] {
  switch (kind) {
    case 'approval': {
      const read = approvalSchema.safeParse(config).data;
      if (read === undefined) return [];
      const { role, title, count, sendBack } = read;
      return [{ asks: 'approve', at, role, title, count, sendBack }];
    }
    case 'task': {
      const read = taskSchema.safeParse(config).data;
      if (read === undefined) return [];
      const { role, title, choices, fields } = read;
      return read.type === 'choose'
        ? [{ asks: 'choose', at, role, title, choices, instead: false }]
        : [{ asks: 'fill in', at, role, title, fields }];
    }
    case 'ai-decision':
      return askedByModel(config, at, surroundings);
    case 'wait': {
      const read = waitSchema.safeParse(config).data;
      if (read?.until !== 'message') return [];
      const { name, key, fields } = read;
      return [{ asks: 'message', at, name, key, fields, outer }];
    }
    default:
      return [];
  }
}

function askedByModel(config: FlowNode['config'], at: string, { models }: Surroundings): Asked[] {
  const read = aiDecisionSchema.safeParse(config).data;
  if (read === undefined) return [];
  const choices = own(models, read.model)?.choices ?? [];
  const person = read.fallback?.person;
  const instead: Asked[] =
    person === undefined
      ? []
      : [
          {
            asks: 'choose',
            at,
            role: person.role,
            title: read.question,
            choices: choices.map((value) => ({ value, label: '' })),
            instead: true,
          },
        ];
  return [{ asks: 'model', at, question: read.question, choices }, ...instead];
}

/** Steps as a case comes to them; what cannot be reached is left out, for it asks nobody. */
function inOrder(flow: Flow): string[] {
  const starts = Object.keys(flow.nodes).filter((id) => own(flow.nodes, id)?.kind === 'trigger');
  const seen = new Set<string>(starts);
  const edges = Object.values(flow.edges);
  for (const id of seen) for (const { from, to } of edges) if (from.node === id) seen.add(to.node);
  return [...seen];
}
