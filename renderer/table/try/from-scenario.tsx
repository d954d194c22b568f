import { Loader, Select } from '@mantine/core';
import { useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../../engine/flow/error.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import { draftText, service } from '../../state/files.ts';
import { flowOf, useStudio } from '../../state/store.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { words } from '../../words/index.ts';
import { valuesOfCase } from './case-values.ts';
import type { TryField } from './fields.ts';

interface FromScenarioProps {
  node: string;
  scope: FeelScopeTypes;
  fields: readonly TryField[];
  onTexts: (texts: ReadonlyMap<string, string>) => void;
}

/** Takes the values from a scenario: it runs in the sandbox, and what the table read there is filled in. */
export function FromScenario({ node, scope, fields, onTexts }: FromScenarioProps) {
  const path = useStudio((state) => state.document?.path);
  const workspace = useStudio((state) => state.service.workspace);
  const scenarios = workspace?.flows.find((entry) => entry.path === path)?.scenarios ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const [running, setRunning] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  // A table of a DMN model reads what the model's decisions give, and no step of the flow tells that.
  const isStep = useStudio((state) => flowOf(state)?.nodes[node] !== undefined);
  if (scenarios.length === 0 || fields.length === 0 || !isStep) return null;

  const take = async (scenario: string): Promise<void> => {
    const draft = draftText();
    const flow = flowOf(useStudio.getState());
    if (draft === null || flow === null) return;
    setChosen(scenario);
    setRunning(true);
    setSaid(null);
    setError(null);
    try {
      const { trace } = await service().call('runScenario', { ...draft, scenario });
      const { reached, texts, untold } = valuesOfCase(trace, { flow, node, scope }, fields);
      if (reached) onTexts(texts);
      setSaid(
        reached
          ? untold.length === 0
            ? null
            : words().table.trial.notTold(untold.join(', '))
          : words().table.trial.notReached,
      );
    } catch (failure) {
      setError(toErrorShape(failure));
    } finally {
      setRunning(false);
    }
  };

  return (
    <div className="stack">
      <Select
        label={words().table.trial.from}
        placeholder={words().table.trial.pick}
        data={scenarios.map((scenario) => ({ value: scenario.path, label: scenario.name }))}
        value={chosen}
        rightSection={running ? <Loader size={14} role="status" aria-label={words().table.trial.running} /> : undefined}
        onChange={(next) => {
          if (next !== null) void take(next);
        }}
      />
      {said === null ? null : <p className="small quiet">{said}</p>}
      {error === null ? null : <ErrorNote error={error} />}
    </div>
  );
}
