import { Stamp } from 'lucide-react';
import { clockTime, exactTime, sandboxTime } from '../ui/format.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words/index.ts';

/** What runs behind the window. */
export function StatusBar() {
  const { link, hello } = useStudio((state) => state.service);
  const savedAt = useStudio((state) => state.document?.savedAt ?? null);
  const clock = useStudio((state) => state.sandbox.result?.clock ?? null);
  const engine = link === 'open' ? (hello?.engine ?? 'starting') : link;
  return (
    <footer className="status" aria-label={words().status.label}>
      <span className={`status-engine ${engine}`} role="status">
        <span className="status-dot" aria-hidden />
        {words().status.engine[engine]}
      </span>
      {clock === null ? null : <span>{words().status.clock(sandboxTime(clock))}</span>}
      {savedAt === null ? null : <span title={exactTime(savedAt)}>{words().status.saved(clockTime(savedAt))}</span>}
      <Signed />
      <span className="grow" />
      {hello === null ? null : (
        <>
          <span className="clip">{hello.person}</span>
          <span>{words().status.version(hello.version)}</span>
        </>
      )}
    </footer>
  );
}

/** The newest release of the open flow, and the way to it. */
function Signed() {
  const signed = useStudio(
    ({ document, service }) => service.workspace?.flows.find(({ path }) => path === document?.path)?.signed ?? null,
  );
  if (signed === null) return null;
  return (
    <button
      type="button"
      className="plain status-act"
      title={words().status.signedHint(signed)}
      onClick={() => transit((state) => arranged(state, { view: 'releases' }))}
    >
      <Stamp size={12} aria-hidden />
      {words().status.signed(signed)}
    </button>
  );
}
