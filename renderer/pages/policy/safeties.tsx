import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react';
import type { Policy } from '../../../engine/connections/contract.ts';
import { showFlow } from '../../state/files.ts';
import { transit } from '../../state/store.ts';
import { arranged } from '../../state/transitions.ts';
import { useSafety, type Safety } from './use-safety.ts';
import { words } from '../../words/index.ts';

/** Which flows hold under the policy. */
export function Safeties({ policy }: { policy: Policy }) {
  const flows = useSafety(policy);
  const show = (path: string) => {
    transit((state) => arranged(state, { view: 'flows', foldOpen: true, foldTab: 'problems' }));
    showFlow(path);
  };
  return (
    <section className="plain-card" aria-labelledby="policy-flows">
      <h2 id="policy-flows">{words().policy.flows}</h2>
      <p className="quiet">{words().policy.flowsHelp}</p>
      {flows.length === 0 ? <p className="quiet">{words().policy.noFlows}</p> : null}
      <ul className="results">
        {flows.map(({ path, title, safety }) => (
          <li key={path} className="row">
            <button
              type="button"
              className="plain link grow"
              aria-label={words().policy.show(title)}
              onClick={() => show(path)}
            >
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
          {words().policy.checking}
        </span>
      );
    case 'safe':
      return (
        <span className="row tone-good" title={words().policy.safeHint}>
          <CircleCheck size={14} aria-hidden />
          {words().policy.safe}
        </span>
      );
    case 'unsafe':
      return (
        <span className="row tone-bad">
          <CircleX size={14} aria-hidden />
          {words().policy.unsafe(safety.paths)}
        </span>
      );
    case 'not sound':
      return (
        <span className="row tone-wait">
          <TriangleAlert size={14} aria-hidden />
          {words().policy.notSound}
        </span>
      );
  }
}
