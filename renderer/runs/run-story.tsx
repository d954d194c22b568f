import { Loader } from '@mantine/core';
import { X } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import { ShowButton } from '../real/show-button.tsx';
import { service } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { Story } from '../story/story.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime, inOrder, lengthOf, shortDigests } from '../ui/format.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { words } from '../words/index.ts';
import { Again } from './again.tsx';
import { statusWord } from './status.ts';
import { moves, useFollow } from './use-follow.ts';
import { useRan } from './use-ran.ts';

interface RunStoryProps {
  id: string;
  onClose: () => void;
  /** Shows another case, such as one that tries this one again. */
  onChoose: (id: string) => void;
}

/** One real case: by which release it ran, how it stands, and its story with the names that its steps have there. */
export function RunStory({ id, onClose, onChoose }: RunStoryProps) {
  const { answer, error, again } = useAnswer(useCallback(() => service().call('run', { id }), [id]));
  const tasks = useStudio((state) => state.service.openTasks);
  useEffect(again, [again, tasks]);
  useFollow(answer !== null && moves(answer), again);
  const flow = useRan(answer?.program ?? null);
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
            {answer.flowTitle === null ? null : (
              <>
                {' · '}
                <span className="break">{answer.flowTitle}</span>
                {answer.release === null ? '' : `, ${words().runs.release(answer.release)}`}
              </>
            )}
          </p>
          <p className="small quiet break" title={answer.program}>
            {words().runs.began(exactTime(answer.started))}
            {answer.ended === null
              ? ''
              : `, ${words().runs.ended(exactTime(answer.ended), lengthOf(answer.ended - answer.started))}`}
            {` · ${words().runs.ran(shortDigests(answer.program))}`}
          </p>
          {answer.suspended === null ? null : (
            <p className="tone-wait break">
              {words().runs.suspended(
                answer.suspended.by,
                exactTime(answer.suspended.at),
                inOrder(answer.suspended.reason),
              )}
            </p>
          )}
          {answer.gone === null ? null : <p className="quiet">{answer.gone}</p>}
          {answer.error === null ? null : <ErrorNote error={answer.error} />}
          <div className="row">
            <ShowButton run={id} flow={answer.flow} release={answer.release} />
          </div>
          <Again run={id} again={answer.again} onChoose={onChoose} />
          <Story steps={answer.story} flow={flow} />
        </>
      )}
    </section>
  );
}
