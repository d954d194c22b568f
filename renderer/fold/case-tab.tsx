import { Button, Loader } from '@mantine/core';
import { Check, Plus, X } from 'lucide-react';
import type { Flow } from '../../engine/flow/document.ts';
import type { ScenarioResult } from '../../engine/studio/contract.ts';
import { sameProgram } from '../canvas/marks.ts';
import { CaseMaker } from '../cases/case-maker.tsx';
import { CaseMenu, FirstCase, Gone } from '../cases/case-menu.tsx';
import { showStep } from '../cases/show-step.ts';
import { newCase } from '../state/making.ts';
import { CasePicker } from '../inspector/case-picker.tsx';
import { words } from '../words/index.ts';
import { clearMocks, runScenario } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { Story } from '../story/story.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { sandboxTime } from '../ui/format.ts';
import { RunCaseButton } from './run-case-button.tsx';

/** One case in the sandbox: which scenario, what happened, and whether it was as expected. */
export function CaseTab({ flow }: { flow: Flow }) {
  const path = useStudio((state) => state.document?.path);
  const workspace = useStudio((state) => state.service.workspace);
  const { running, chosen, result, error, of } = useStudio((state) => state.sandbox);
  const scenarios = workspace?.flows.find((entry) => entry.path === path)?.scenarios ?? [];
  const making = useStudio((state) => state.sandbox.making);
  if (making !== null)
    return <CaseMaker key={`${path ?? ''} ${making.place?.path ?? ''}`} flow={flow} making={making} />;
  if (scenarios.length === 0) return <FirstCase />;
  const current = chosen ?? scenarios[0]?.path ?? null;
  return (
    <div className="case">
      <Gone />
      <div className="row wrap">
        <CasePicker label={words().cases.scenario} width={320} />
        <RunCaseButton
          variant="default"
          onRun={() => {
            if (current !== null) void runScenario(current);
          }}
        >
          {words().cases.run}
        </RunCaseButton>
        <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
          {words().making.newCase}
        </Button>
        {current === null ? null : <CaseMenu path={current} name={nameAt(scenarios, current)} />}
        {result === null ? null : <Outcome result={result} stale={!sameProgram(of, flow)} />}
      </div>
      {running === 'scenario' && result === null ? (
        <Loader size="sm" role="status" aria-label={words().cases.running} />
      ) : null}
      {error === null ? null : <ErrorNote error={error} />}
      {result === null || result.mocks.length === 0 ? null : (
        <p className="row">
          <span className="quiet">{words().stepCase.notReal}</span>
          <button
            type="button"
            className="plain link whole"
            onClick={() => {
              clearMocks();
              if (current !== null) void runScenario(current);
            }}
          >
            {words().stepCase.withoutMocks}
          </button>
        </p>
      )}
      {result === null ? null : <Told result={result} flow={of ?? flow} />}
      {result === null && error === null && running === null ? <p className="quiet">{words().cases.hint}</p> : null}
    </div>
  );
}

const nameAt = (scenarios: readonly { path: string; name: string }[], path: string): string =>
  scenarios.find((one) => one.path === path)?.name ?? '';

function Outcome({ result, stale }: { result: ScenarioResult; stale: boolean }) {
  return (
    <>
      <span className="chip sandbox">{words().cases.sandbox}</span>
      {result.until?.reached === true ? null : (
        // With mocks it is no evidence, however it came out.
        <span className={`chip ${result.mocks.length > 0 ? '' : result.holds ? 'good' : 'bad'}`}>
          {result.holds ? words().cases.holds : words().cases.holdsNot}
        </span>
      )}
      {result.mocks.length === 0 ? null : (
        <span className="chip mocked" title={words().stepCase.notReal}>
          {words().stepCase.withMocks(result.mocks.length)}
        </span>
      )}
      <span className="quiet">
        {words().cases.status[result.status]}
        {result.result === null ? '' : ` · ${result.result}`} · {sandboxTime(result.clock)}
      </span>
      {stale ? <span className="chip wait">{words().cases.stale}</span> : null}
    </>
  );
}

function Told({ result, flow }: { result: ScenarioResult; flow: Flow }) {
  return (
    <div className="case-columns">
      <section className="grow">
        {result.error === null ? null : <ErrorNote error={result.error} />}
        <Story steps={result.trace} flow={flow} onShow={showStep} />
      </section>
      <section className="expectations">
        <h3>{words().cases.expected}</h3>
        {result.expectations.length === 0 ? <p className="quiet">{words().cases.noExpectations}</p> : null}
        <ul>
          {result.expectations.map((one) => (
            <li key={`${one.what} ${one.expected}`} className="row top">
              {one.holds ? (
                <Check size={16} color="var(--green)" role="img" aria-label={words().cases.holds} />
              ) : (
                <X size={16} color="var(--red)" role="img" aria-label={words().cases.holdsNot} />
              )}
              <span className="grow">
                {one.what}
                <span className="small quiet block">
                  {one.holds ? one.actual : words().cases.otherwise(one.expected, one.actual)}
                </span>
              </span>
            </li>
          ))}
        </ul>
        {result.effects.length === 0 ? null : (
          <>
            <h3>{words().cases.effects}</h3>
            <ul>
              {result.effects.map((effect, i) => (
                // The same action may have been done twice alike; only its place tells the two apart.
                // oxlint-disable-next-line react/no-array-index-key
                <li key={i} className="row">
                  <span className="grow clip">
                    {effect.connection} · {effect.action}
                  </span>
                  <span className="chip">{effect.status}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
    </div>
  );
}
