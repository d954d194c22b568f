import { Slider } from '@mantine/core';
import { Pause, Play } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { drawnCase, replayedTo, type DrawnCase } from '../canvas/marks.ts';
import { stepAt } from '../document/describe.ts';
import { useStudio, useSurroundings } from '../state/store.ts';
import { toldAsHere } from '../story/told.ts';
import { inOrder, preciseSandboxTime, preciseTime } from '../ui/format.ts';
import { words } from '../words/index.ts';
import { shownAt, showMoment, showNext } from './moments.ts';
import { happeningsOf, type Happening } from './up-to.ts';

/** The case that is drawn on the canvas above, moment by moment. */
export function ReplayBar() {
  const drawn = useStudio(drawnCase);
  const happenings = useMemo(() => happeningsOf(drawn?.steps ?? []), [drawn]);
  // One that is another case begins anew; what is added to the same one goes on.
  return drawn === null || happenings.length < 2 ? null : (
    <Moments key={typeof drawn.key === 'string' ? drawn.key : drawn.started} drawn={drawn} happenings={happenings} />
  );
}

/** How long a moment is shown while a case is replayed. */
const SHOWN_MS = 800;

function Moments({ drawn, happenings }: { drawn: DrawnCase; happenings: readonly Happening[] }) {
  const place = useStudio((state) => replayedTo(state, drawn));
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => setPlaying(showNext()), SHOWN_MS);
    return () => clearInterval(timer);
  }, [playing]);
  const tell = useTelling(drawn, happenings);
  const at = shownAt(happenings, place);
  const { count, time, step, sentence } = tell(at);
  const said = words().replay;
  return (
    <section className="replay" aria-label={said.title}>
      <button
        type="button"
        className="plain icon"
        aria-label={playing ? said.pause : said.play}
        title={playing ? said.pause : said.play}
        onClick={() => setPlaying(!playing && showNext())}
      >
        {playing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
      </button>
      <Slider
        className="replay-slider"
        min={1}
        max={happenings.length}
        step={1}
        label={null}
        thumbLabel={said.moment}
        thumbValueText={(value) => {
          const told = tell(value - 1);
          return said.said(told.count, told.time, told.step, told.sentence);
        }}
        value={at + 1}
        onChange={(next) => {
          setPlaying(false);
          showMoment(drawn, happenings, next - 1);
        }}
      />
      <span className="small quiet replay-count">{count}</span>
      <span className="small replay-time">{time}</span>
      <span className="small clip replay-told" title={`${step}: ${sentence}`}>
        <span className="strong">{step}</span> {sentence}
      </span>
    </section>
  );
}

interface ToldMoment {
  count: string;
  time: string;
  step: string;
  sentence: string;
}

/** What is said of each moment, by its number from 0. */
function useTelling({ of, flow, started }: DrawnCase, happenings: readonly Happening[]): (at: number) => ToldMoment {
  const surroundings = useSurroundings();
  return (at) => {
    const found = happenings[at];
    const ms = started + (found?.moment.atMs ?? 0);
    const node = found?.step.node ?? '';
    return {
      count: words().replay.count(at + 1, happenings.length),
      time: of === 'real' ? preciseTime(ms) : preciseSandboxTime(ms),
      step: node === '' ? words().story.theCase : inOrder(stepAt(flow, surroundings, node).name),
      sentence: inOrder(toldAsHere(found?.moment.sentence ?? '', found?.step.record)),
    };
  };
}
