import { useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { faultsIn } from './faults.ts';
import { ModelCard } from './models/model-card.tsx';
import { usesOfModel } from './uses.ts';

/** The workspace's models, by what their cards say. */
export function ModelsPage() {
  const workspace = useStudio((state) => state.service.workspace);
  const models = Object.values(workspace?.models ?? {});
  return (
    <Page>
      <h1>{words().models.title}</h1>
      <p className="quiet">{words().models.what}</p>
      {faultsIn(workspace, 'models/').map((error) => (
        <ErrorNote key={error.message} error={error} />
      ))}
      {models.length === 0 ? (
        <Empty title={words().models.noneTitle} text={words().models.none}>
          <code className="mono command">{words().models.command}</code>
          <p>{words().models.after}</p>
        </Empty>
      ) : null}
      <ul className="cards">
        {models.map((card) => (
          <ModelCard key={card.name} card={card} uses={usesOfModel(workspace?.documents ?? {}, card.name)} />
        ))}
      </ul>
    </Page>
  );
}
