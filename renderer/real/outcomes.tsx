import { useCallback } from 'react';
import type { Outcomes } from '../../engine/studio/contract-traffic.ts';
import { statusWord, toneOf, wordOf } from '../runs/status.ts';
import { service } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { percent } from '../ui/format.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { words } from '../words/index.ts';
import { partsOf, type Part } from './parts.ts';

interface BarProps {
  /** What the cases are of. */
  of: string;
  outcomes: Outcomes;
  /** Those of the bars beside it. */
  beside?: readonly Outcomes[];
}

/** How many cases came out how, as one bar. */
export function OutcomesBar({ of, outcomes, beside = [outcomes] }: BarProps) {
  const { parts, all } = partsOf(outcomes, wordOf, statusWord, beside);
  if (all === 0) return null;
  const told = parts.map((part) => sentence(part, all));
  return (
    <span className="outcomes" role="img" aria-label={words().real.outcomes.label(of, told.join(', '))}>
      {parts.map((part, i) => (
        <span
          key={part.key}
          className={`outcome shade-${part.shade} ${toneOf(part.status)}`}
          style={{ flexGrow: part.cases }}
          title={told[i]}
        />
      ))}
    </span>
  );
}

const sentence = ({ name, cases }: Part, all: number): string =>
  words().real.outcomes.part(name, cases, percent(cases / all));

/** The releases of each flow side by side: a bar for each, with what its parts are. */
export function OutcomesByRelease() {
  const { answer } = useAnswer(useCallback(() => service().call('outcomes', { since: null }), []));
  const workspace = useStudio((state) => state.service.workspace);
  const said = words().real.outcomes;
  if (answer === null || answer.releases.length === 0) return null;
  const flows = Map.groupBy(answer.releases, ({ flow }) => flow);
  const titleOf = (flow: string): string => workspace?.flows.find(({ path }) => path === flow)?.title ?? flow;
  return (
    <section className="stack outcomes-by-release" aria-label={said.title}>
      <h2>{said.title}</h2>
      <p className="small quiet">{said.help}</p>
      {[...flows].map(([flow, releases]) => (
        <div key={flow} className="stack">
          <h3 className="break">{titleOf(flow)}</h3>
          <table className="outcome-table">
            <tbody>
              {releases
                .toSorted((a, b) => b.release - a.release)
                .map(({ release, outcomes }) => (
                  <Row
                    key={release}
                    release={release}
                    outcomes={outcomes}
                    beside={releases.map((one) => one.outcomes)}
                  />
                ))}
            </tbody>
          </table>
        </div>
      ))}
    </section>
  );
}

interface RowProps extends Required<Pick<BarProps, 'outcomes' | 'beside'>> {
  release: number;
}

function Row({ release, outcomes, beside }: RowProps) {
  const { parts, all } = partsOf(outcomes, wordOf, statusWord, beside);
  const name = words().releases.number(release);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="outcome-cell">
        <OutcomesBar of={name} outcomes={outcomes} beside={beside} />
        <span className="outcome-key small">
          {parts.map((part) => (
            <span key={part.key} className="row tight-row">
              <span className={`outcome-dot outcome shade-${part.shade} ${toneOf(part.status)}`} aria-hidden />
              {sentence(part, all)}
            </span>
          ))}
        </span>
      </td>
      <td className="small quiet outcome-sum">{words().real.outcomes.all(all)}</td>
    </tr>
  );
}
