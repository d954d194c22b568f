import { Button, Loader } from '@mantine/core';
import { Play } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { showStep } from '../cases/show-step.ts';
import { showCase } from '../real/acts.ts';
import { statusWord, toneOf } from '../runs/status.ts';
import { moves, useFollow } from '../runs/use-follow.ts';
import { useRan } from '../runs/use-ran.ts';
import { service } from '../state/files.ts';
import type { RealCase } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { Story } from '../story/story.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime, fromNow, lengthOf } from '../ui/format.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { useNow } from '../ui/use-now.ts';
import { words } from '../words/index.ts';

/** So many of the last cases are listed; the others are under Cases. */
const LISTED = 20;

/** The last real cases of the open flow; choosing one draws it on the canvas and tells its story beside the list. */
export function RunsTab() {
  const path = useStudio((state) => state.document?.path ?? '');
  const real = useStudio((state) => state.presence.real);
  const { answer, error, again } = useAnswer(
    useCallback(() => service().call('runs', { limit: LISTED, flow: path }), [path]),
  );
  const tasks = useStudio((state) => state.service.openTasks);
  const dialog = useStudio((state) => state.presence.dialog);
  const link = useStudio((state) => state.service.link);
  useEffect(again, [again, tasks, dialog, link]);
  useFollow(answer?.runs.some(moves) ?? false, again);
  const said = words().real.tab;
  if (error !== null)
    return (
      <div className="case">
        <ErrorNote error={error} />
      </div>
    );
  if (answer === null)
    return (
      <div className="case">
        <Loader size="sm" role="status" aria-label={said.loading} />
      </div>
    );
  if (answer.runs.length === 0)
    return (
      <Empty title={said.noneTitle} text={said.none}>
        <Start />
      </Empty>
    );
  return (
    <div className="case">
      <div className="case-columns">
        <section className={`runs-list${real === null ? '' : ' beside'}`}>
          <div className="list-scroll">
            <List runs={answer.runs} drawn={real?.run ?? null} />
          </div>
          <div className="row wrap">
            {real === null ? <Start /> : null}
            {answer.more ? (
              <button
                type="button"
                className="plain"
                onClick={() => transit((state) => arranged(state, { view: 'runs' }))}
              >
                {said.all}
              </button>
            ) : null}
          </div>
        </section>
        {real === null ? <p className="quiet">{said.hint}</p> : <Told key={real.run} real={real} />}
      </div>
    </div>
  );
}

const Start = () => (
  <Button
    variant="default"
    size="xs"
    leftSection={<Play size={14} aria-hidden />}
    onClick={() => transit((state) => present(state, { dialog: { dialog: 'start case' } }))}
  >
    {words().runs.start}
  </Button>
);

type Run = StudioAnswer<'runs'>['runs'][number];

function List({ runs, drawn }: { runs: readonly Run[]; drawn: string | null }) {
  const now = useNow();
  const said = words().runs;
  // The story of the one that is drawn says when, and needs the room.
  const brief = drawn !== null;
  return (
    <table className="list" aria-label={words().real.tab.list}>
      <thead>
        <tr>
          <th scope="col">{said.id}</th>
          <th scope="col">{said.status}</th>
          <th scope="col">{said.result}</th>
          {brief ? null : <th scope="col">{said.started}</th>}
          {brief ? null : <th scope="col">{said.took}</th>}
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id} className={run.id === drawn ? 'current' : undefined}>
            <td>
              <button
                type="button"
                className="plain link mono"
                title={words().real.tab.draw(run.id)}
                aria-pressed={run.id === drawn}
                onClick={() => void showCase(run.id)}
              >
                {run.id}
              </button>
              {brief || run.release === null ? null : (
                <span className="small quiet"> · {said.release(run.release)}</span>
              )}
            </td>
            <td className="whole">
              <span className={`chip ${toneOf(run.status)}`}>{statusWord(run.status)}</span>
            </td>
            <td>{run.result ?? '–'}</td>
            {brief ? null : (
              <td className="whole" title={exactTime(run.started)}>
                {fromNow(run.started, now)}
              </td>
            )}
            {brief ? null : (
              <td className="whole">{run.ended === null ? said.underWay : lengthOf(run.ended - run.started)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The story of the case that is drawn, with the names that its steps have where it ran. */
function Told({ real }: { real: RealCase }) {
  const flow = useRan(real.program);
  return (
    <section className="runs-story" aria-label={words().real.tab.storyOf(real.run)}>
      <Story steps={real.steps} flow={flow ?? real.of} onShow={showStep} />
    </section>
  );
}
