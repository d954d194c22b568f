import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { outerNode } from '../../engine/flow/inlined-ids.ts';
import type { StoryMoment, TraceStep } from '../../engine/studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import { portsOf, stepAt } from '../document/describe.ts';
import { useSurroundings } from '../state/store.ts';
import { inOrder, lengthOf, shortDigests } from '../ui/format.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words/index.ts';
import { Answer } from './basis.tsx';
import { Facts } from './facts.tsx';
import { toldAsHere } from './told.ts';
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
          // Steps are added at the end and never change their places.
          key={i}
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

/** When a step had its turn; nothing when no time had passed since the step before. */
function timeOf(steps: readonly TraceStep[], i: number): string {
  const at = steps[i]?.fromMs ?? 0;
  if (i === 0) return words().story.start;
  return at === steps[i - 1]?.fromMs ? '' : `+${lengthOf(at)}`;
}

/** A step's share of the whole time: where it begins and how long it lasts, from 0 to 1. */
export interface Stretch {
  from: number;
  length: number;
  ms: number;
}

/** How long a step lasted, to the scale of the case; null for one that took no time, or is not over. */
export function stretchOf(steps: readonly Pick<TraceStep, 'fromMs' | 'tookMs' | 'atMs'>[], i: number): Stretch | null {
  const all = Math.max(0, ...steps.map(({ atMs }) => atMs));
  const { fromMs: from = 0, tookMs: ms = null } = steps[i] ?? {};
  return all <= 0 || ms === null || ms <= 0 ? null : { from: from / all, length: ms / all, ms };
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
  const { node, name: drawn } = stepAt(flow, surroundings, step.node);
  const name = step.node === '' ? words().story.theCase : drawn;
  const kind = node === undefined ? undefined : KINDS[node.kind];
  const ports = node === undefined ? [] : portsOf(node);
  const port = ports.find((one) => one.id === step.port);
  const record = readRecord(step.record);
  const sentence = inOrder(toldAsHere(step.sentence, step.record));
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
          {onShow === undefined || step.node === '' ? (
            <span className="strong clip">{name}</span>
          ) : (
            <button type="button" className="plain link strong" onClick={() => onShow(outerNode(step.node))}>
              {name}
            </button>
          )}
          {step.visit > 1 ? <span className="small quiet">{words().story.visit(step.visit)}</span> : null}
          <span className="grow quiet step-line" title={sentence}>
            {shortDigests(sentence)}
          </span>
          {step.state === 'under way' ? (
            <span className="chip wait">{words().story.waits}</span>
          ) : step.state === 'left' ? (
            <span className="chip">{words().story.left}</span>
          ) : step.port === null || step.port === '' || port === undefined || step.port === 'next' ? null : (
            <span className={`chip ${port.tone ?? ''}`}>{port.label}</span>
          )}
          <span className="small quiet step-at">
            <span className="step-when">{at}</span>
            <span className="step-took">{stretch === null ? '' : lengthOf(stretch.ms)}</span>
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
            {record?.by === 'model' ? <Answer answer={record.answer} /> : null}
            {record?.by === 'mock' ? <p className="chip mocked">{words().stepCase.mocked(record.name)}</p> : null}
            <Facts facts={step.read} />
            <Moments moments={step.moments} record={step.record} />
          </div>
        ) : null}
      </div>
    </li>
  );
}

/** Everything that happened in a step, each with how long after the start it was. */
function Moments({ moments, record }: { moments: readonly StoryMoment[]; record: unknown }) {
  return (
    <ol className="moments">
      {moments.map(({ type, atMs, sentence, facts }, i) => (
        // The record only ever goes on at its end.
        <li key={`${i} ${type}`}>
          <p>
            <span className="small quiet moment-at">+{lengthOf(atMs)}</span>{' '}
            <span title={inOrder(toldAsHere(sentence, record))}>
              {shortDigests(inOrder(toldAsHere(sentence, record)))}
            </span>
          </p>
          <Facts facts={facts} />
        </li>
      ))}
    </ol>
  );
}
