import { Button, Loader, Textarea } from '@mantine/core';
import { RotateCcw, TriangleAlert } from 'lucide-react';
import { useCallback, useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer, StudioRequest } from '../../engine/studio/contract.ts';
import { ShowButton } from '../real/show-button.tsx';
import { service } from '../state/files.ts';
import { useRan } from '../runs/use-ran.ts';
import { Story } from '../story/story.tsx';
import { Answer } from '../story/basis.tsx';
import { readRecord } from '../story/record.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime, fromNow, inOrder, plainValue } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { Values } from '../ui/values.tsx';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { approveLabel, byWeight } from './acts.ts';
import { saidOf } from './said.ts';
import { AiGuess, AnswerTask, hasGuess, Question } from './answer-task.tsx';

type Detail = StudioAnswer<'task'>;
type Decision = StudioRequest<'decide'>['decision'];

interface TaskDetailProps {
  id: string;
  /** It waits no more: somebody else decided it, or its time is over. */
  gone: boolean;
  onDecided: () => void;
}

/** One task: exactly what will be done, why, and the person's decision over exactly that. */
export function TaskDetail({ id, gone, onDecided }: TaskDetailProps) {
  const { answer, error, again } = useAnswer(useCallback(() => service().call('task', { id }), [id]));
  if (error !== null)
    return (
      <Page>
        <ErrorNote error={error} />
      </Page>
    );
  if (answer === null)
    return (
      <Page>
        <Loader size="sm" role="status" aria-label={words().tasks.loading} />
      </Page>
    );
  return <Shown key={answer.digest} detail={answer} gone={gone} onDecided={onDecided} onAgain={again} />;
}

interface ShownProps extends Omit<TaskDetailProps, 'id'> {
  detail: Detail;
  onAgain: () => void;
}

export function Shown({ detail, gone, onDecided, onAgain }: ShownProps) {
  const flow = useRan(detail.program);
  const now = useNow();
  return (
    <div className="task">
      <div className="task-body scroll" tabIndex={0} role="region" aria-label={detail.title}>
        <div>
          <h1>{inOrder(detail.title)}</h1>
          <p className="quiet">
            {detail.flowTitle === null ? null : (
              <>
                <span className="break">{detail.flowTitle}</span>
                {' · '}
              </>
            )}
            {words().tasks.asks(detail.role)}
            {detail.due === null ? '' : ' · '}
            {detail.due === null ? null : (
              <span className={detail.due < now ? 'tone-bad' : 'tone-wait'} title={exactTime(detail.due)}>
                {words().tasks.due(fromNow(detail.due, now))}
              </span>
            )}
            {' · '}
            <span title={exactTime(detail.created)}>{words().tasks.waiting(fromNow(detail.created, now))}</span>
          </p>
        </div>
        {detail.asks === null ? <Acts detail={detail} /> : <Question asks={detail.asks} title={detail.title} />}
        {detail.facts.length === 0 ? null : (
          <section>
            <h2>{words().tasks.facts}</h2>
            <dl className="facts">
              {detail.facts.map((fact) => (
                <div key={fact.label}>
                  <dt>{inOrder(fact.label)}</dt>
                  <dd>
                    {typeof fact.value === 'object' && fact.value !== null ? (
                      <Values value={fact.value} />
                    ) : (
                      plainValue(fact.value)
                    )}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
        {hasGuess(detail) ? <AiGuess asks={detail.asks} /> : <Why detail={detail} />}
        <section>
          <div className="row">
            <h2 className="grow">{words().tasks.story}</h2>
            <ShowButton run={detail.run} flow={detail.flow} release={detail.release} />
          </div>
          <Story steps={detail.story} flow={flow} />
        </section>
        {detail.digest === '' ? null : (
          <p className="small quiet">
            {words().tasks.digest} <span className="mono">{detail.digest}</span>
          </p>
        )}
      </div>
      {gone ? (
        <section className="decide" role="status">
          <p className="tone-wait">{words().tasks.gone}</p>
        </section>
      ) : detail.asks === null ? (
        <Decide detail={detail} onDecided={onDecided} onAgain={onAgain} />
      ) : (
        <AnswerTask detail={detail} asks={detail.asks} onDecided={onDecided} onAgain={onAgain} />
      )}
    </div>
  );
}

/** What follows when it is approved. */
function Acts({ detail }: { detail: Detail }) {
  return (
    <section>
      <h2>{detail.type === 'settle' ? words().tasks.perhapsDone : words().tasks.acts}</h2>
      {detail.effects.length === 0 ? <p className="quiet">{words().tasks.noActs}</p> : null}
      <ul className="acts">
        {byWeight(detail.effects).map((effect) => (
          <li key={`${effect.node} ${effect.sentence}`} className={`act ${effect.class}`}>
            <div className="row top">
              <p className="strong grow act-line">{saidOf(effect.said)}</p>
              {effect.class === 'irreversible' ? (
                <span className="chip bad">
                  {words().effect.irreversible}
                  <TriangleAlert size={12} aria-hidden />
                </span>
              ) : effect.class === 'reversible' ? (
                <span className="chip">
                  {words().effect.reversible}
                  <RotateCcw size={12} aria-hidden />
                </span>
              ) : (
                <span className="chip">{words().effect.read}</span>
              )}
            </div>
            <p className="small quiet">
              {effect.connection} · {effect.action}
            </p>
            <Values value={effect.request} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The AI answer that led here, with how sure it was and the words that weighed. */
function Why({ detail }: { detail: Detail }) {
  const answers = detail.story.flatMap((step) => {
    const record = readRecord(step.record);
    return record?.by === 'model' ? [{ step, answer: record.answer }] : [];
  });
  if (answers.length === 0) return null;
  return (
    <section>
      <h2>{words().tasks.why}</h2>
      {answers.map(({ step, answer }) => (
        <Answer key={`${step.node} ${step.visit}`} answer={answer} />
      ))}
    </section>
  );
}

/** The decision, signed over what is shown above. */
function Decide({ detail, onDecided, onAgain }: { detail: Detail; onDecided: () => void; onAgain: () => void }) {
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState<Decision | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  const decide = async (decision: Decision) => {
    setBusy(decision);
    setError(null);
    try {
      await service().call('decide', { task: detail.id, decision, comment, digest: detail.digest });
      onDecided();
    } catch (cause) {
      setError(toErrorShape(cause));
      setBusy(null);
    }
  };
  return (
    <section className="decide" aria-label={words().tasks.decision}>
      {error === null ? null : (
        <div className="stack">
          <ErrorNote error={error} />
          {error.code === 'APPROVAL_CHANGED' ? (
            <Button variant="default" onClick={onAgain}>
              {words().tasks.lookAgain}
            </Button>
          ) : null}
        </div>
      )}
      <Textarea
        label={words().tasks.comment}
        placeholder={words().tasks.commentHint}
        autosize
        minRows={1}
        maxRows={4}
        maxLength={2000}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
      <div className="row wrap">
        <Button
          data-tour="approve"
          loading={busy === 'approved'}
          disabled={busy !== null}
          onClick={() => void decide('approved')}
        >
          {approveLabel(detail)}
        </Button>
        <div className="row">
          <Button
            variant="default"
            loading={busy === 'rejected'}
            disabled={busy !== null}
            onClick={() => void decide('rejected')}
          >
            {detail.type === 'settle' ? words().tasks.settleNot : words().tasks.reject}
          </Button>
          {detail.lookAgain ? (
            <Button
              variant="default"
              loading={busy === 'look again'}
              disabled={busy !== null}
              onClick={() => void decide('look again')}
            >
              {words().tasks.lookUp}
            </Button>
          ) : null}
          {detail.sendBack ? (
            <Button
              variant="default"
              loading={busy === 'sent back'}
              disabled={busy !== null}
              onClick={() => void decide('sent back')}
            >
              {words().tasks.sendBack}
            </Button>
          ) : null}
        </div>
      </div>
    </section>
  );
}
