import { Button, Radio, Textarea } from '@mantine/core';
import { useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../engine/flow/error.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { service } from '../state/files.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { FieldValue, givenIn, lackingIn, type GivenValues } from '../ui/field-value.tsx';
import { percent } from '../ui/format.ts';
import { words } from '../words/index.ts';

type Detail = StudioAnswer<'task'>;
type Asks = NonNullable<Detail['asks']>;

/** What the person is to find out, where the title does not say so already. */
export function Question({ asks, title }: { asks: Asks; title: string }) {
  if (asks.question === '' || asks.question === title) return null;
  return (
    <section>
      <h2>{words().tasks.question}</h2>
      <p className="act-line">{asks.question}</p>
    </section>
  );
}

const guessOf = (asks: Detail['asks']) => (asks?.type === 'choose' ? asks.guess : null);

/** Whether a model was asked first, and was not sure. */
export const hasGuess = ({ asks }: Pick<Detail, 'asks'>): boolean => guessOf(asks) !== null;

/** What a model would have said, that was asked first. */
export function AiGuess({ asks }: Pick<Detail, 'asks'>) {
  const guess = guessOf(asks);
  if (guess === null) return null;
  return (
    <section>
      <h2>{words().tasks.guess}</h2>
      <p>
        <span className="strong">{guess.choice}</span> <span className="chip wait">{percent(guess.confidence)}</span>{' '}
        <span className="small quiet">{guess.model}</span>
      </p>
      {guess.reasons.length === 0 ? null : (
        <p className="reasons">
          {[...new Set(guess.reasons)].map((reason) => (
            <span key={reason} className="chip">
              {reason}
            </span>
          ))}
        </p>
      )}
      <p className="small quiet">{words().tasks.guessHelp}</p>
    </section>
  );
}

interface AnswerTaskProps {
  detail: Detail;
  asks: Asks;
  onDecided: () => void;
  onAgain: () => void;
}

/** The answer, signed over what is shown above and what is said here. */
export function AnswerTask({ detail, asks, onDecided, onAgain }: AnswerTaskProps) {
  const [choice, setChoice] = useState<string | null>(null);
  const [values, setValues] = useState<GivenValues>({});
  const [comment, setComment] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const lacking = asks.type === 'choose' ? (choice === null ? ['choice'] : []) : lackingIn(asks.fields, values);
  const chosen = asks.type === 'choose' ? asks.choices.find(({ value }) => value === choice) : undefined;
  /** The field that the engine found fault with; it is told there, and not apart from it. */
  const [part, field] = error?.where?.path ?? [];
  const atField = part === 'answer' && asks.type === 'fill in' && Object.hasOwn(asks.fields, String(field));

  const answer = async () => {
    setTried(true);
    if (lacking.length > 0) return;
    setBusy(true);
    setError(null);
    const given = asks.type === 'choose' ? { choice } : givenIn(asks.fields, values);
    try {
      await service().call('decide', {
        task: detail.id,
        decision: 'answered',
        answer: given,
        comment,
        digest: detail.digest,
      });
      onDecided();
    } catch (cause) {
      setError(toErrorShape(cause));
      setBusy(false);
    }
  };

  const faultAt = (name: string): string | undefined => {
    if (tried && lacking.includes(name)) return words().tasks.missing;
    return atField && field === name ? `${error?.message ?? ''} ${error?.hint ?? ''}`.trim() : undefined;
  };
  return (
    <form
      className="decide"
      aria-label={asks.type === 'choose' ? words().tasks.choose : words().tasks.fill}
      onSubmit={(event) => {
        event.preventDefault();
        void answer();
      }}
    >
      {error === null || atField ? null : (
        <div className="stack">
          <ErrorNote error={error} />
          {error.code === 'APPROVAL_CHANGED' ? (
            <Button variant="default" onClick={onAgain}>
              {words().tasks.lookAgain}
            </Button>
          ) : null}
        </div>
      )}
      {asks.type === 'choose' ? (
        <Radio.Group
          label={words().tasks.choose}
          value={choice}
          onChange={setChoice}
          error={tried && choice === null ? words().tasks.chooseFirst : undefined}
        >
          <div className="choices">
            {asks.choices.map(({ value, label }) => (
              <Radio key={value} value={value} label={label} />
            ))}
          </div>
        </Radio.Group>
      ) : (
        <div className="stack loose scroll answer-form">
          {Object.entries(asks.fields).map(([name, one]) => (
            <FieldValue
              key={name}
              name={name}
              field={one}
              value={values[name] ?? null}
              error={faultAt(name)}
              onChange={(value) => setValues({ ...values, [name]: value })}
            />
          ))}
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
        <Button type="submit" loading={busy}>
          {chosen === undefined ? words().tasks.answer : words().tasks.answerWith(chosen.label)}
        </Button>
      </div>
    </form>
  );
}
