import { Button } from '@mantine/core';
import { X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useKeysOf } from '../commands/keys-shown.tsx';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { finishTour, leaveTour, point, pointedAt, skipStep } from './tour.ts';
import { stepOf, TOUR, type TourStep } from './tour-steps.ts';

/** The tour: what is to be done next, and a frame around where. It goes on by itself once that is done. */
export function TourCard() {
  const tour = useStudio((state) => state.session.tour);
  const keys = useKeysOf('tour.point');
  // Beside what is worked on: the canvas has its lists on the left, other places have room on the right.
  const onDesk = useStudio((state) => state.session.view === 'flows');
  const found = tour?.open === true ? stepOf(tour.step) : null;
  if (found === null) return null;
  const { step, at } = found;
  const { title, text } = words().tour.steps[step.id];
  const last = at === TOUR.length - 1;
  return (
    <>
      <aside tabIndex={-1} className={onDesk ? 'tour' : 'tour aside'} aria-label={words().tour.label}>
        <div className="row">
          <span className="small quiet grow">{words().tour.at(at + 1, TOUR.length)}</span>
          <button
            type="button"
            className="plain icon"
            aria-label={words().tour.leave}
            title={`${words().tour.leave}. ${words().tour.left}`}
            onClick={leaveTour}
          >
            <X size={16} aria-hidden />
          </button>
        </div>
        <div role="status" className="stack">
          <h2>{title}</h2>
          <p>{text}</p>
        </div>
        <div className="row wrap">
          <Button
            size="compact-sm"
            variant={last ? 'default' : 'filled'}
            onClick={point}
            title={words().tour.pointHint(keys)}
          >
            {words().tour.show}
          </Button>
          {last ? (
            <Button size="compact-sm" onClick={finishTour}>
              {words().tour.finish}
            </Button>
          ) : (
            <button type="button" className="plain" onClick={skipStep}>
              {words().tour.skip}
            </button>
          )}
        </div>
        <div className="tour-bar" aria-hidden>
          {TOUR.map(({ id }, i) => (
            <span key={id} className={i < at ? 'past' : i === at ? 'now' : undefined} />
          ))}
        </div>
      </aside>
      <Frame step={step} />
    </>
  );
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const LOOK_EVERY_MS = 150;
const AROUND = 4;

/** A frame around what is meant. It follows what moves; it takes no clicks, and is nothing to those who do not see it. */
function Frame({ step }: { step: TourStep }) {
  const [box, setBox] = useState<Box | null>(null);
  useEffect(() => {
    const look = () => {
      const rect = inSight(pointedAt(step));
      setBox((before) => (rect === null ? null : sameOr(before, rect)));
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    window.addEventListener('resize', look);
    return () => {
      clearInterval(timer);
      window.removeEventListener('resize', look);
    };
  }, [step]);
  if (box === null) return null;
  return <div className="tour-frame" style={box} aria-hidden />;
}

/** Where an element is; null for one that is scrolled away, or lies under something else. */
function inSight(element: HTMLElement | null): DOMRect | null {
  if (element === null) return null;
  const rect = element.getBoundingClientRect();
  const top = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2);
  return top !== null && element.contains(top) ? rect : null;
}

function sameOr(before: Box | null, { left, top, width, height }: Box): Box {
  const next = { left: left - AROUND, top: top - AROUND, width: width + 2 * AROUND, height: height + 2 * AROUND };
  const same =
    before !== null &&
    before.left === next.left &&
    before.top === next.top &&
    before.width === next.width &&
    before.height === next.height;
  return same ? before : next;
}
