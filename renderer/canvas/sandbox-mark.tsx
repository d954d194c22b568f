import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { shownTrace } from './marks.ts';

/** Says of a trace that it is of the sandbox, so that nobody takes it for a real case. */
export function SandboxMark() {
  const shown = useStudio((state) => shownTrace(state)?.of === 'sandbox');
  return shown ? <span className="chip sandbox canvas-mark">{words().cases.sandbox}</span> : null;
}
