import { Button, Switch } from '@mantine/core';
import { Check, Plus, X } from 'lucide-react';
import type { Flow } from '../../engine/flow/document.ts';
import { edgeOf, outerNode } from '../../engine/flow/inlined-ids.ts';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { sameProgram } from '../canvas/marks.ts';
import { selectNodes } from '../state/edit.ts';
import { newCase } from '../state/making.ts';
import { runScenario } from '../state/sandbox.ts';
import { stepAt } from '../document/describe.ts';
import { transit, useStudio, useSurroundings } from '../state/store.ts';
import { tested } from '../state/transitions.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { words } from '../words/index.ts';
import { SuiteRun } from './suite-run.tsx';

/** All scenarios of the flow, and what of it they went through. */
export function CoverageTab({ flow }: { flow: Flow }) {
  const { running, suite, error, showCoverage } = useStudio((state) => state.sandbox);
  // Without a scenario there is nothing to run: the step that is next is making one.
  const empty = useStudio(({ document, service }) => scenariosIn(service.workspace, document?.path).length === 0);
  if (empty && running === null && error === null)
    return (
      <div className="case">
        <Empty title={words().coverage.noneTitle} text={words().coverage.none}>
          <Button leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
            {words().making.first}
          </Button>
        </Empty>
      </div>
    );
  return (
    <div className="case">
      <div className="row wrap">
        <SuiteRun quiet />
        <Button variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
          {words().making.newCase}
        </Button>
        {suite === null && running !== 'suite' ? <span className="quiet">{words().coverage.hint}</span> : null}
        {suite === null || suite.results.length === 0 ? null : <Sums suite={suite} />}
        {suite?.results.length === 0 ? <span className="quiet">{words().making.toSign}</span> : null}
        <SuiteDoubts flow={flow} />
        {suite === null ? null : (
          <Switch
            label={words().coverage.draw}
            checked={showCoverage}
            onChange={(event) => {
              const on = event.currentTarget.checked;
              transit((state) => tested(state, { showCoverage: on }));
            }}
          />
        )}
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {suite === null || suite.results.length === 0 ? null : (
        <div className="case-columns">
          <section className="grow">
            <Results suite={suite} />
          </section>
          <Missed suite={suite} flow={flow} />
        </div>
      )}
    </div>
  );
}

/** Why what the scenarios came to may not be all, or not hold of the flow as it is. */
export function SuiteDoubts({ flow }: { flow: Flow }) {
  const suite = useStudio((state) => state.sandbox.suite);
  const of = useStudio((state) => state.sandbox.of);
  if (suite === null) return null;
  return (
    <>
      {suite.stopped ? <span className="chip wait">{words().coverage.stopped}</span> : null}
      {sameProgram(of, flow) ? null : <span className="chip wait">{words().cases.stale}</span>}
    </>
  );
}

const NONE: readonly never[] = [];
const scenariosIn = (workspace: StudioAnswer<'workspace'> | null, path: string | undefined) =>
  workspace?.flows.find((entry) => entry.path === path)?.scenarios ?? NONE;

type Suite = StudioAnswer<'runSuite'>;

function Sums({ suite }: { suite: Suite }) {
  const { results, coverage } = suite;
  const held = results.filter((result) => result.holds).length;
  const share = (part: { covered: string[]; missed: string[] }) =>
    part.covered.length + part.missed.length === 0
      ? 1
      : part.covered.length / (part.covered.length + part.missed.length);
  return (
    <>
      <span className={`chip ${held === results.length ? 'good' : 'bad'}`}>
        {words().coverage.held(held, results.length)}
      </span>
      <span className="quiet">{words().coverage.shares(share(coverage.nodes), share(coverage.edges))}</span>
    </>
  );
}

/** The scenarios with their results; each can be run again, to be seen on the canvas. */
export function Results({ suite }: { suite: Suite }) {
  const path = useStudio((state) => state.document?.path);
  const workspace = useStudio((state) => state.service.workspace);
  const scenarios = scenariosIn(workspace, path);
  return (
    <ul className="results">
      {suite.results.map((result) => {
        const scenario = scenarios.find((one) => one.path === result.scenario || one.name === result.scenario);
        return (
          <li key={result.scenario} className="row">
            {result.holds ? (
              <Check size={16} color="var(--green)" role="img" aria-label={words().cases.holds} />
            ) : (
              <X size={16} color="var(--red)" role="img" aria-label={words().cases.holdsNot} />
            )}
            <button
              type="button"
              className="plain link"
              disabled={scenario === undefined}
              onClick={() => void runScenario(scenario?.path ?? '')}
            >
              {scenario?.name ?? result.scenario}
            </button>
            <span className="grow clip quiet">
              {result.error?.message ?? missedOf(result) ?? words().cases.status[result.status]}
            </span>
            {result.result === null ? null : <span className="chip">{result.result}</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** The first thing that was not as expected. */
function missedOf(result: Suite['results'][number]): string | undefined {
  const missed = result.expectations.find((one) => !one.holds);
  return missed === undefined
    ? undefined
    : `${missed.what}: ${words().cases.otherwise(missed.expected, missed.actual)}`;
}

function Missed({ suite, flow }: { suite: Suite; flow: Flow }) {
  const { nodes, edges, fallbacks } = suite.coverage;
  const surroundings = useSurroundings();
  const nameOf = (id: string) => stepAt(flow, surroundings, id).name;
  const covered = new Set(edges.covered.map(edgeOf));
  const missed = new Set(edges.missed.map(edgeOf)).difference(covered);
  const wires = [...missed].flatMap((id) => {
    const edge = flow.edges[id];
    return edge === undefined ? [] : [{ id, from: edge.from.node, port: edge.from.port }];
  });
  return (
    <section className="expectations">
      <h3>{words().coverage.missed}</h3>
      {nodes.missed.length + wires.length + fallbacks.missed.length === 0 ? (
        <p className="tone-good">{words().coverage.all}</p>
      ) : null}
      <ul>
        {nodes.missed.map((id) => (
          <li key={id}>
            <button type="button" className="plain link" onClick={() => selectNodes([outerNode(id)])}>
              {nameOf(id)}
            </button>
          </li>
        ))}
        {wires.map(({ id, from, port }) => (
          <li key={id}>
            <button type="button" className="plain link" onClick={() => selectNodes([from])}>
              {words().coverage.wire(flow.nodes[from]?.name ?? from, port)}
            </button>
          </li>
        ))}
        {fallbacks.missed.map((way) => {
          const [id = '', who = ''] = way.split(' ', 2);
          return (
            <li key={way}>
              <button type="button" className="plain link" onClick={() => selectNodes([outerNode(id)])}>
                {words().fallback.fallback(nameOf(id), who)}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
