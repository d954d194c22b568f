import type { ErrorShape } from '../../engine/flow/error.ts';
import { Wrapped } from './wrapped.tsx';

/** An error in three parts, what happened, what it means and what to do, and its code in small, to search for. */
export function ErrorNote({ error }: { error: ErrorShape }) {
  return (
    <div className="error-note" role="alert">
      <p className="strong">
        <Wrapped text={error.message} />
      </p>
      {error.meaning === undefined ? null : <p className="quiet">{error.meaning}</p>}
      <p>{error.hint}</p>
      <p className="code mono">{error.code}</p>
    </div>
  );
}
