import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { exactTime, fromNow, lengthOf } from '../ui/format.ts';
import { useNow } from '../ui/use-now.ts';
import { words } from '../words/index.ts';
import { statusWord, toneOf } from './status.ts';

interface CasesTableProps {
  runs: StudioAnswer<'runs'>['runs'];
  chosen: string | null;
  onChoose: (id: string) => void;
}

export function CasesTable({ runs, chosen, onChoose }: CasesTableProps) {
  const now = useNow();
  const said = words().runs;
  return (
    <table className="list">
      <thead>
        <tr>
          <th scope="col">{said.id}</th>
          <th scope="col">{said.flow}</th>
          <th scope="col">{said.status}</th>
          <th scope="col">{said.result}</th>
          <th scope="col">{said.started}</th>
          <th scope="col">{said.took}</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.id} className={run.id === chosen ? 'current' : undefined}>
            <td>
              <button
                type="button"
                className="plain link mono"
                aria-pressed={run.id === chosen}
                onClick={() => onChoose(run.id)}
              >
                {run.id}
              </button>
            </td>
            <td title={run.flow ?? undefined}>
              <span className="break">{run.flowTitle ?? '–'}</span>
              {run.release === null ? null : <span className="small quiet"> · {said.release(run.release)}</span>}
            </td>
            <td className="whole">
              <span className={`chip ${toneOf(run.status)}`}>{statusWord(run.status)}</span>
            </td>
            <td>{run.result ?? '–'}</td>
            <td className="whole" title={exactTime(run.started)}>
              {fromNow(run.started, now)}
            </td>
            <td className="whole">{run.ended === null ? said.underWay : lengthOf(run.ended - run.started)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
