import { Button } from '@mantine/core';
import { Play, Plus } from 'lucide-react';
import { newCase } from '../state/making.ts';
import { runScenario } from '../state/sandbox.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { SuiteRun } from '../fold/suite-run.tsx';
import { Results, SuiteDoubts } from '../fold/coverage-tab.tsx';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { percent } from '../ui/format.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';

/** The open flow's scenarios: run one to see it on the canvas, or all to see what they cover. */
export function SandboxPage() {
  const flow = useFlow();
  const path = useStudio((state) => state.document?.path);
  const workspace = useStudio((state) => state.service.workspace);
  const { suite, error } = useStudio((state) => state.sandbox);
  const scenarios = workspace?.flows.find((entry) => entry.path === path)?.scenarios ?? [];
  return (
    <Page>
      <div className="row">
        <h1 className="grow">{words().sandbox.title(flow?.about.title ?? '')}</h1>
        {flow === null ? null : <SuiteDoubts flow={flow} />}
        {scenarios.length === 0 ? null : (
          <>
            <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
              {words().making.newCase}
            </Button>
            <SuiteRun />
          </>
        )}
      </div>
      <p className="quiet">{words().sandbox.what}</p>
      {error === null ? null : <ErrorNote error={error} />}
      {scenarios.length === 0 ? <NoScenarios path={path ?? null} /> : null}
      {suite === null ? (
        <ul className="results">
          {scenarios.map((scenario) => (
            <li key={scenario.path} className="row">
              <span className="grow">{scenario.name}</span>
              <button type="button" className="plain" onClick={() => void runScenario(scenario.path)}>
                <Play size={14} aria-hidden />
                {words().sandbox.see}
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <>
          <div className="figures">
            <Figure
              label={words().sandbox.held}
              value={`${suite.results.filter((one) => one.holds).length} / ${suite.results.length}`}
            />
            <Figure label={words().sandbox.steps} value={share(suite.coverage.nodes)} />
            <Figure label={words().sandbox.wires} value={share(suite.coverage.edges)} />
          </div>
          <Results suite={suite} />
        </>
      )}
    </Page>
  );
}

/** What a scenario is and how one is made; without an open flow, how to come by one. */
function NoScenarios({ path }: { path: string | null }) {
  if (path === null)
    return (
      <Empty title={words().sandbox.nothingOpenTitle} text={words().sandbox.nothingOpen}>
        <Button onClick={() => transit((state) => arranged(state, { view: 'flows' }))}>
          {words().commands.places.flows}
        </Button>
      </Empty>
    );
  return (
    <Empty title={words().cases.noneTitle} text={words().cases.none}>
      <Button leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
        {words().making.first}
      </Button>
    </Empty>
  );
}

const share = ({ covered, missed }: { covered: string[]; missed: string[] }): string =>
  percent(covered.length + missed.length === 0 ? 1 : covered.length / (covered.length + missed.length));

const Figure = ({ label, value }: { label: string; value: string }) => (
  <div className="figure">
    <span className="figure-value">{value}</span>
    <span className="small quiet">{label}</span>
  </div>
);
