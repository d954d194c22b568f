import { Button, Loader } from '@mantine/core';
import { Cable, Compass, FileClock, Plus, ShieldAlert, Sparkles, Workflow } from 'lucide-react';
import { useCallback } from 'react';
import { missingIn } from '../../engine/flow/about.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import type { Template } from '../../engine/studio/contract-templates.ts';
import { service } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { exactTime } from '../ui/format.ts';
import { fileOf, useTwins } from '../shell/twins.ts';
import { Page } from '../ui/page.tsx';
import { useAnswer } from '../ui/use-answer.ts';
import { tell, useVersions } from '../versions/store.ts';
import { words } from '../words/index.ts';
import { askForFlow, askForTemplate, goToFlow, recentFirst } from './acts.ts';
import { beginTour } from './tour.ts';

/** Where one begins: the flows there are, drafts that were never saved, a new flow, and templates. */
export function StartPage() {
  const workspace = useStudio((state) => state.service.workspace);
  const tour = useStudio((state) => state.session.tour);
  const empty = workspace?.flows.length === 0;
  return (
    <Page className="start-page">
      <header className="start-head">
        <div className="stack grow">
          <h1>{empty ? words().start.emptyTitle : words().start.title}</h1>
          {empty ? <p className="quiet start-lead">{words().start.empty}</p> : null}
        </div>
        <div className="row wrap">
          {tour?.open === true ? null : (
            <Button
              variant="default"
              leftSection={<Compass size={14} aria-hidden />}
              title={words().start.tourHelp}
              onClick={beginTour}
            >
              {tour === null ? words().start.tour : words().start.tourOn}
            </Button>
          )}
          <Button leftSection={<Plus size={14} aria-hidden />} onClick={askForFlow}>
            {words().start.newFlow}
          </Button>
        </div>
      </header>
      <Unsaved />
      {workspace === null || empty ? null : <Flows workspace={workspace} />}
      <Templates />
    </Page>
  );
}

function Unsaved() {
  const lost = useVersions((state) => state.lost);
  const documents = useStudio((state) => state.service.workspace?.documents);
  if (lost.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="start-drafts">
      <h2 id="start-drafts">{words().start.drafts}</h2>
      <ul className="start-list">
        {lost.map((draft) => (
          <li key={`${draft.path} ${draft.id}`} className="start-row">
            <FileClock size={16} className="mark wait" aria-hidden />
            <span className="grow">
              {words().start.draft(documents?.[draft.path]?.about.title ?? draft.path, exactTime(draft.at))}
            </span>
            <button type="button" className="plain link" onClick={() => tell({ dialog: 'lost' })}>
              {words().start.look}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Flows({ workspace }: { workspace: StudioAnswer<'workspace'> }) {
  const visited = useStudio((state) => state.session.visited);
  const flows = recentFirst(workspace.flows, visited);
  const twins = useTwins();
  return (
    <section className="stack" aria-labelledby="start-flows">
      <h2 id="start-flows">{words().start.flows}</h2>
      <ul className="start-list">
        {flows.map(({ path, title }) => {
          const about = workspace.documents[path]?.about;
          const missing = about === undefined ? [] : missingIn(about);
          return (
            <li key={path}>
              <button type="button" className="start-row go" title={path} onClick={() => goToFlow(path)}>
                <Workflow size={16} aria-hidden />
                <span className="grow start-named">
                  <span className="strong">{title}</span>{' '}
                  {twins.has(path) ? <span className="quiet small clip">{fileOf(path)}</span> : null}
                  {about === undefined || about.purpose === '' ? null : (
                    <span className="quiet small clip">{about.purpose}</span>
                  )}
                </span>
                {about === undefined ? <span className="chip wait">{words().shell.unreadable}</span> : null}
                {missing.length === 0 ? null : (
                  <span className="chip wait" title={words().start.missing(missing)}>
                    {words().start.missingShort(missing.length)}
                  </span>
                )}
                {path === visited[0] ? <span className="chip">{words().start.recent}</span> : null}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Templates() {
  const { answer, error } = useAnswer(useCallback(() => service().call('templates', {}), []));
  return (
    <section className="stack" aria-labelledby="start-templates">
      <h2 id="start-templates">{words().start.templates}</h2>
      <p className="quiet">{words().start.templatesHelp}</p>
      {error === null ? null : <ErrorNote error={error} />}
      {answer?.errors.map((one) => (
        <ErrorNote key={`${one.code} ${one.message}`} error={one} />
      ))}
      {answer === null && error === null ? <Loader size="sm" role="status" aria-label={words().start.loading} /> : null}
      <ul className="start-cards">
        {answer?.templates.map((template) => (
          <TemplateCard key={template.name} template={template} />
        ))}
      </ul>
    </section>
  );
}

function TemplateCard({ template }: { template: Template }) {
  const { name, about, steps, scenarios, connections, models, alone } = template;
  return (
    <li className="start-card">
      <h3>{about.title}</h3>
      <p className="grow">{about.purpose}</p>
      <ul className="start-facts small">
        {models.map((model) => (
          <li key={model.name}>
            <Sparkles size={14} className="mark ai" aria-hidden />
            <span>{words().start.model(model.question)}</span>
          </li>
        ))}
        <li>
          <Cable size={14} className="mark connector" aria-hidden />
          <span>{words().start.connections(connections)}</span>
        </li>
        <li>
          <ShieldAlert size={14} className="mark" aria-hidden />
          <span>
            {words().start.alone(alone.map(({ action, field, max }) => words().start.aloneUpTo(action, field, max)))}
          </span>
        </li>
      </ul>
      <div className="row">
        <span className="small quiet grow">{words().start.size(steps, scenarios)}</span>
        <Button
          variant="default"
          data-tour={`template ${name}`}
          aria-label={words().start.takeNamed(about.title)}
          onClick={() => askForTemplate(name)}
        >
          {words().start.take}
        </Button>
      </div>
    </li>
  );
}
