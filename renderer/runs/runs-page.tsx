import { Button, Loader } from '@mantine/core';
import { Play, RefreshCw, Stamp, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { service } from '../state/files.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { arranged, present } from '../state/transitions.ts';
import { Story } from '../story/story.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime, fromNow, lengthOf, plainNumber } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { Again } from './again.tsx';

const LIMIT = 200;
const FOLLOW_MS = 1000;
const MOVING = new Set(['running', 'calling', 'retrying']);

/** A case under way moves on by itself; one that waits does when somebody decides. */
function useFollow(moving: boolean, again: () => void): void {
  useEffect(() => {
    if (!moving) return undefined;
    const timer = setInterval(again, FOLLOW_MS);
    return () => clearInterval(timer);
  }, [again, moving]);
}

/** Real cases of the local runner: how many came out how, and the story of each. */
export function RunsPage() {
  const [chosen, setChosen] = useState<string | null>(null);
  const { answer, error, again } = useAnswer(useCallback(() => service().call('runs', { limit: LIMIT }), []));
  // A case that a person started or decided has moved on.
  const tasks = useStudio((state) => state.service.openTasks);
  const dialog = useStudio((state) => state.presence.dialog);
  useEffect(again, [again, tasks, dialog]);
  useFollow(answer?.runs.some(({ status }) => MOVING.has(status)) ?? false, again);
  const now = useNow();
  const head = (
    <div className="row">
      <h1 className="grow">{words().runs.title}</h1>
      <button type="button" className="plain" onClick={again}>
        <RefreshCw size={14} aria-hidden />
        {words().runs.refresh}
      </button>
      <Button
        variant="default"
        data-tour="start case"
        leftSection={<Play size={14} aria-hidden />}
        onClick={() => transit((state) => present(state, { dialog: { dialog: 'start case' } }))}
      >
        {words().runs.start}
      </Button>
    </div>
  );
  // The same frame in every state: what has the keyboard keeps it when the answer comes.
  if (error !== null)
    return (
      <div className="runs">
        <Page className="grow">
          {head}
          <ErrorNote error={error} />
        </Page>
      </div>
    );
  if (answer === null)
    return (
      <div className="runs">
        <Page className="grow">
          {head}
          <Loader size="sm" role="status" aria-label={words().runs.loading} />
        </Page>
      </div>
    );
  const counts = Object.entries(answer.counts).toSorted(([, a], [, b]) => b - a);
  return (
    <div className="runs">
      <Page className="grow">
        {head}
        {answer.runs.length === 0 ? <NoCases /> : null}
        <Counts counts={counts} />
        {answer.runs.length === 0 ? null : (
          <table className="list">
            <thead>
              <tr>
                <th scope="col">{words().runs.id}</th>
                <th scope="col">{words().runs.status}</th>
                <th scope="col">{words().runs.result}</th>
                <th scope="col">{words().runs.started}</th>
                <th scope="col">{words().runs.took}</th>
              </tr>
            </thead>
            <tbody>
              {answer.runs.map((run) => (
                <tr key={run.id} className={run.id === chosen ? 'current' : undefined}>
                  <td>
                    <button
                      type="button"
                      className="plain link mono"
                      aria-pressed={run.id === chosen}
                      onClick={() => setChosen(run.id)}
                    >
                      {run.id}
                    </button>
                  </td>
                  <td>
                    <span className={`chip ${toneOf(run.status)}`}>{statusWord(run.status)}</span>
                  </td>
                  <td>{run.result ?? '–'}</td>
                  <td title={exactTime(run.started)}>{fromNow(run.started, now)}</td>
                  <td>{run.ended === null ? words().runs.underWay : lengthOf(run.ended - run.started)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Page>
      {chosen === null ? null : (
        <RunStory key={chosen} id={chosen} onClose={() => setChosen(null)} onChoose={setChosen} />
      )}
    </div>
  );
}

/** Where cases come from, with the step that is next. */
function NoCases() {
  const canExport = useStudio((state) => state.document !== null);
  return (
    <Empty title={words().runs.noneTitle} text={words().runs.none}>
      <Button
        variant="default"
        leftSection={<Stamp size={14} aria-hidden />}
        onClick={() =>
          transit((state) =>
            canExport ? present(state, { dialog: { dialog: 'export' } }) : arranged(state, { view: 'flows' }),
          )
        }
      >
        {canExport ? words().exporting.open : words().releases.openFlow}
      </Button>
    </Empty>
  );
}

const wordOf = (status: string): string | undefined => {
  const said: Readonly<Record<string, string>> = words().cases.status;
  return Object.hasOwn(said, status) ? said[status] : undefined;
};
export const statusWord = (status: string): string => wordOf(status) ?? words().runs.underWay;

const TONES: ReadonlyMap<string, string> = new Map([
  ['completed', 'good'],
  ['failed', 'bad'],
  ['waiting', 'wait'],
  ['queued', 'wait'],
  ['in doubt', 'bad'],
]);
export const toneOf = (status: string): string => TONES.get(status) ?? '';

/** How many cases came out how, as bars. */
function Counts({ counts }: { counts: readonly (readonly [string, number])[] }) {
  const most = Math.max(1, ...counts.map(([, count]) => count));
  if (counts.length === 0) return null;
  return (
    <ul className="bars wide" aria-label={words().runs.counts}>
      {counts.map(([name, count]) => (
        <li key={name}>
          <span className="clip">{wordOf(name) ?? name}</span>
          <span className="bar" aria-hidden>
            <span className="bar-fill" style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="bar-share">{plainNumber(count)}</span>
        </li>
      ))}
    </ul>
  );
}

interface RunStoryProps {
  id: string;
  onClose: () => void;
  /** Shows another case, such as one that tries this one again. */
  onChoose: (id: string) => void;
}

export function RunStory({ id, onClose, onChoose }: RunStoryProps) {
  const flow = useFlow();
  const { answer, error, again } = useAnswer(useCallback(() => service().call('run', { id }), [id]));
  const tasks = useStudio((state) => state.service.openTasks);
  useEffect(again, [again, tasks]);
  useFollow(answer !== null && MOVING.has(answer.status), again);
  return (
    <section className="run-story scroll" tabIndex={0} aria-label={words().runs.storyOf(id)}>
      <div className="row">
        <h2 className="mono clip grow">{id}</h2>
        <button type="button" className="plain icon" aria-label={words().runs.close} onClick={onClose}>
          <X size={16} aria-hidden />
        </button>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {answer === null ? (
        <Loader size="sm" role="status" aria-label={words().runs.loading} />
      ) : (
        <>
          <p className="quiet">
            <span className="chip real">{words().runs.real}</span> {statusWord(answer.status)}
            {answer.result === null ? '' : ` · ${answer.result}`}
          </p>
          {answer.error === null ? null : <ErrorNote error={answer.error} />}
          <Again run={id} again={answer.again} onChoose={onChoose} />
          <Story steps={answer.story} flow={flow} />
        </>
      )}
    </section>
  );
}
