import { useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { percent } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';

/** The workspace's models, by what their cards say. */
export function ModelsPage() {
  const models = Object.values(useStudio((state) => state.service.workspace?.models) ?? {});
  return (
    <Page>
      <h1>{words().models.title}</h1>
      {models.length === 0 ? <Empty title={words().models.noneTitle} text={words().models.none} /> : null}
      <ul className="cards">
        {models.map((card) => (
          <li key={card.name} className="plain-card">
            <h2>
              {card.name} <span className="quiet">{card.modelVersion}</span>
            </h2>
            <p className="quiet">{card.purpose}</p>
            <dl className="facts">
              <div>
                <dt>{words().models.question}</dt>
                <dd>{card.question}</dd>
              </div>
              <div>
                <dt>{words().models.right}</dt>
                <dd>{words().models.rightOf(percent(card.metrics.accuracy), card.metrics.rows)}</dd>
              </div>
              <div>
                <dt>{words().models.answers}</dt>
                <dd>
                  {words().models.answersAt(
                    card.metrics.atBar.bar,
                    percent(card.metrics.atBar.coverage),
                    card.metrics.atBar.accuracy === null ? '–' : percent(card.metrics.atBar.accuracy),
                  )}
                </dd>
              </div>
              <div>
                <dt title={words().models.calibratedHint}>{words().models.calibrated}</dt>
                <dd>{words().models.calibratedBy(percent(card.metrics.ece))}</dd>
              </div>
              <div>
                <dt>{words().models.owner}</dt>
                <dd>{card.owner}</dd>
              </div>
              <div>
                <dt>{words().models.choices}</dt>
                <dd>{card.choices.join(', ')}</dd>
              </div>
              {card.limits === '' ? null : (
                <div>
                  <dt>{words().models.limits}</dt>
                  <dd>{card.limits}</dd>
                </div>
              )}
            </dl>
          </li>
        ))}
      </ul>
    </Page>
  );
}
