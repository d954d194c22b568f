import { ShieldAlert, X } from 'lucide-react';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words/index.ts';

/** Why the path that is drawn in red is unsafe. */
export function UnsafeBanner() {
  const path = useStudio((state) => state.presence.shownPath ?? state.checks.unsafe[0] ?? null);
  const count = useStudio((state) => state.checks.unsafe.length);
  const chosen = useStudio((state) => state.presence.shownPath !== null);
  if (path === null) return null;
  return (
    <div className="unsafe-banner" role="status">
      <ShieldAlert size={16} aria-hidden color="var(--red)" />
      <span className="grow">
        <span className="strong">{words().unsafe.title(count)}</span> {path.reason}
      </span>
      {chosen && count > 1 ? (
        <button
          type="button"
          className="plain icon"
          aria-label={words().unsafe.all}
          onClick={() => transit((state) => present(state, { shownPath: null }))}
        >
          <X size={16} aria-hidden />
        </button>
      ) : null}
    </div>
  );
}
