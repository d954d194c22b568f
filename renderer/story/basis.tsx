import { percent } from '../ui/format.ts';
import { words } from '../words/index.ts';
import type { RecordedAnswer } from './record.ts';

const SHOWN_REASONS = 8;

/** An AI answer: how sure, what else it could have been, and the words that weighed most. */
export function Answer({ answer }: { answer: RecordedAnswer }) {
  const { guess, confidence, alternatives, reasons, model, why } = answer;
  const others = alternatives.filter((one) => one.choice !== guess).slice(0, 3);
  const heaviest = reasons
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
    .slice(0, SHOWN_REASONS);
  return (
    <div className="answer">
      <p className="small quiet">
        {words().story.model(model.name, model.version)}
        {why === null ? '' : ` · ${words().story.why(why)}`}
      </p>
      <ul className="bars">
        {[{ choice: guess, confidence }, ...others].map((one, i) => (
          <li key={one.choice}>
            <span className="clip">{one.choice}</span>
            <span className="bar" aria-hidden>
              <span className={i === 0 ? 'bar-fill first' : 'bar-fill'} style={{ width: `${one.confidence * 100}%` }} />
              {i === 0 ? (
                <span
                  className="bar-mark"
                  style={{ left: `${model.bar * 100}%` }}
                  title={words().story.bar(model.bar)}
                />
              ) : null}
            </span>
            <span className="bar-share">{percent(one.confidence)}</span>
          </li>
        ))}
      </ul>
      {heaviest.length === 0 ? null : (
        <p className="reasons">
          <span className="small quiet">{words().story.because}</span>
          {heaviest.map((reason) => (
            <span
              key={`${reason.word} ${reason.contribution}`}
              className={reason.contribution >= 0 ? 'chip accent' : 'chip'}
              title={words().story.weighs(reason.contribution)}
            >
              {reason.contribution >= 0 ? '+' : '−'} {reason.word}
            </span>
          ))}
        </p>
      )}
    </div>
  );
}
