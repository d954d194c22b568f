import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { Policy } from '../../../engine/connections/contract.ts';
import { showFlow } from '../../state/files.ts';
import { transit } from '../../state/store.ts';
import { arranged } from '../../state/transitions.ts';
import { useSafety, type Safety } from './use-safety.ts';
import { words } from './words.ts';

/** Which flows hold under the policy. */
export function Safeties({ policy }: { policy: Policy }) {
  const flows = useSafety(policy);
  const show = (path: string) => {
    transit((state) => arranged(state, { view: 'flows', foldOpen: true, foldTab: 'problems' }));
    showFlow(path);
  };
  return (
    <section className="plain-card" aria-labelledby="policy-flows">
      <h2 id="policy-flows">{words.flows}</h2>
      <p className="quiet">{words.flowsHelp}</p>
      {flows.length === 0 ? <p className="quiet">{words.noFlows}</p> : null}
      <ul className="results">
        {flows.map(({ path, title, safety }) => (
          <li key={path} className="row">
            <button type="button" className="plain link grow" aria-label={words.show(title)} onClick={() => show(path)}>
              {title}
            </button>
            <SafetyWord safety={safety} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function SafetyWord({ safety }: { safety: Safety }) {
  switch (safety.says) {
    case 'checking':
      return (
        <span className="row quiet">
          <LoaderCircle size={14} aria-hidden />
          {words.checking}
        </span>
      );
    case 'safe':
      return (
        <span className="row tone-good" title={words.safeHint}>
          <CircleCheck size={14} aria-hidden />
          {words.safe}
        </span>
      );
    case 'unsafe':
      return (
        <span className="row tone-bad">
          <CircleX size={14} aria-hidden />
          {words.unsafe(safety.paths)}
        </span>
      );
    case 'not sound':
      return (
        <span className="row tone-wait">
          <TriangleAlert size={14} aria-hidden />
          {words.notSound}
        </span>
      );
  }
}
