import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { outerNode } from '../../engine/flow/inlined-ids.ts';
import type { TraceStep } from '../../engine/studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import { portsOf, stepAt } from '../document/describe.ts';
import { useSurroundings } from '../state/store.ts';
import { lengthOf } from '../ui/format.ts';
import { KindIcon } from '../ui/icons.tsx';
import { Values } from '../ui/values.tsx';
import { words } from '../words/index.ts';
import { Basis } from './basis.tsx';
import { readRecord } from './record.ts';

interface StoryProps {
  steps: readonly TraceStep[];
  /** The flow that gives steps their names; where it is not the one that ran, ids stand for themselves. */
  flow: Flow | null;
  onShow?: (node: string) => void;
}

/** A case as it went, step by step from the top. */
export function Story({ steps, flow, onShow }: StoryProps) {
  return (
    <ol className="story">
      {steps.map((step, i) => (
        <Step
          key={`${step.node} ${step.visit} ${step.atMs}`}
          step={step}
          number={i + 1}
          at={timeOf(steps, i)}
          stretch={stretchOf(steps, i)}
          flow={flow}
          onShow={onShow}
        />
      ))}
    </ol>
  );
}

/** No exit was taken yet. An end has none to take, and a case that fails leaves its reason with the step at which it did. */
const waits = (step: TraceStep, exits: number): boolean => step.port === null && step.record === null && exits > 0;

/** When a step had its turn; nothing when no time had passed since the step before. */
function timeOf(steps: readonly TraceStep[], i: number): string {
  const at = steps[i]?.atMs ?? 0;
  if (i === 0) return words().story.start;
  return at === steps[i - 1]?.atMs ? '' : `+${lengthOf(at)}`;
}

/** A step's share of the whole time: where it begins and how long it lasts, from 0 to 1. */
export interface Stretch {
  from: number;
  length: number;
  ms: number;
}

/** How long a step lasted, to the scale of the case; null for one that took no time, and for the last, which nobody timed. */
export function stretchOf(steps: readonly Pick<TraceStep, 'atMs'>[], i: number): Stretch | null {
  const all = steps.at(-1)?.atMs ?? 0;
  const at = steps[i]?.atMs ?? 0;
  const ms = (steps[i + 1]?.atMs ?? at) - at;
  return all <= 0 || ms <= 0 ? null : { from: at / all, length: ms / all, ms };
}

function Step({
  step,
  number,
  at,
  stretch,
  flow,
  onShow,
}: {
  step: TraceStep;
  number: number;
  at: string;
  stretch: Stretch | null;
  flow: Flow | null;
  onShow: StoryProps['onShow'];
}) {
  const [open, setOpen] = useState(false);
  const surroundings = useSurroundings();
  const { node, name } = stepAt(flow, surroundings, step.node);
  const kind = node === undefined ? undefined : KINDS[node.kind];
  const ports = node === undefined ? [] : portsOf(node);
  const port = ports.find((one) => one.id === step.port);
  const record = readRecord(step.record);
  return (
    <li className="step">
      <span className="step-no">{number}</span>
      <div className="grow">
        <div className="row">
          <button
            type="button"
            className="plain icon tight"
            aria-expanded={open}
            aria-label={words().story.details(name)}
            onClick={() => setOpen(!open)}
          >
            <ChevronRight size={14} aria-hidden className={open ? 'turned' : undefined} />
          </button>
          <KindIcon icon={kind?.icon ?? ''} hue={kind?.hue ?? 'slate'} />
          {onShow === undefined ? (
            <span className="strong clip">{name}</span>
          ) : (
            <button type="button" className="plain link strong" onClick={() => onShow(outerNode(step.node))}>
              {name}
            </button>
          )}
          {step.visit > 1 ? <span className="small quiet">{words().story.visit(step.visit)}</span> : null}
          <span className="grow clip quiet step-line">{step.sentence}</span>
          {waits(step, ports.length) ? (
            <span className="chip wait">{words().story.waits}</span>
          ) : step.port === null || step.port === '' || port === undefined || step.port === 'next' ? null : (
            <span className={`chip ${port.tone ?? ''}`}>{port.label}</span>
          )}
          <span className="small quiet step-at">
            {at}
            <span
              className="step-scale"
              title={stretch === null ? undefined : words().story.took(lengthOf(stretch.ms))}
            >
              {stretch === null ? null : (
                <span style={{ left: `${stretch.from * 100}%`, width: `${stretch.length * 100}%` }} />
              )}
            </span>
          </span>
        </div>
        {open ? (
          <div className="step-body">
            {record === null ? null : <Basis record={record} />}
            {step.value === null ? null : (
              <>
                <p className="small quiet strong">{words().story.value}</p>
                <Values value={step.value} />
              </>
            )}
          </div>
        ) : null}
      </div>
    </li>
  );
}
