import { Radio } from '@mantine/core';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { FlowNode } from '../../engine/flow/document.ts';
import type { Mock, TraceStep } from '../../engine/studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import { canBeMocked, typeAtExit } from '../../nodes/mockable.ts';
import { useOffer } from '../commands/offered.ts';
import { portsOf } from '../document/describe.ts';
import { chooseMock, mockAt, mocksAt, saveMock } from '../state/sandbox.ts';
import { useStudio, useSurroundings } from '../state/store.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { MockForm } from './mock-form.tsx';
import { sampleOf } from './mock-value.ts';
import { words } from '../words/index.ts';

interface MockPartProps {
  id: string;
  node: FlowNode;
  scope: FeelScopeTypes;
  /** How the step came out in the case that is shown, to begin a mock from. */
  step: TraceStep | null;
}

/** The mocks of a step: which of them stands in its place, and how they are made and changed. */
export function MockPart({ id, node, scope, step }: MockPartProps) {
  const mocks = useStudio((state) => mocksAt(state, id));
  const chosen = useStudio((state) => mockAt(state, id));
  const [editing, setEditing] = useState<{ before: string | null; mock: Mock } | null>(null);
  const [error, setError] = useState<ErrorShape | null>(null);
  const kind = KINDS[node.kind];
  const ports = portsOf(node);
  const types = useTypes(node, scope);
  const group = useId();
  const canMock = kind !== undefined && canBeMocked(kind) && ports.length > 0;
  const begin = (): void => {
    const port = ports.find((one) => one.id === step?.port)?.id ?? ports[0]?.id ?? '';
    const value = step !== null && step.port === port ? step.value : sampleOf(types(port));
    let number = mocks.length + 1;
    while (mocks.some(({ name }) => name === words().stepCase.newMock(number))) number++;
    setEditing({ before: null, mock: { name: words().stepCase.newMock(number), port, value } });
  };
  useOffer({ 'test.mock': canMock && editing === null ? begin : null });
  if (!canMock) return null;
  return (
    <section className="panel-part" aria-labelledby={`${group}-title`}>
      <h3 id={`${group}-title`}>{words().stepCase.mocks}</h3>
      <p className="field-help">{words().stepCase.mockHelp}</p>
      {mocks.length === 0 ? null : (
        <Radio.Group
          className="mock-list"
          aria-labelledby={`${group}-title`}
          value={chosen ?? ''}
          onChange={(name) => chooseMock(id, name === '' ? null : name)}
        >
          <Radio value="" label={words().stepCase.asItIs} />
          {mocks.map((mock) => (
            <div className="row mock-row" key={mock.name}>
              <Radio className="grow" value={mock.name} label={mock.name} description={`→ ${mock.port}`} />
              <button
                type="button"
                className="plain icon"
                aria-label={words().stepCase.edit(mock.name)}
                title={words().stepCase.edit(mock.name)}
                onClick={() => setEditing({ before: mock.name, mock })}
              >
                <Pencil size={14} aria-hidden />
              </button>
              <button
                type="button"
                className="plain icon"
                aria-label={words().stepCase.remove(mock.name)}
                title={words().stepCase.remove(mock.name)}
                onClick={() => void saveMock(id, mock.name, null).then(setError)}
              >
                <Trash2 size={14} aria-hidden />
              </button>
            </div>
          ))}
        </Radio.Group>
      )}
      {editing === null ? (
        <button type="button" className="plain add" onClick={begin}>
          <Plus size={14} aria-hidden />
          {step === null || step.port === null ? words().stepCase.make : words().stepCase.fromOutput}
        </button>
      ) : (
        <MockForm
          key={editing.before ?? ''}
          mock={editing.mock}
          ports={ports}
          typeOf={types}
          onCancel={() => setEditing(null)}
          onKeep={(mock) => {
            void saveMock(id, editing.before, mock).then((failed) => {
              setError(failed);
              if (failed === null) setEditing(null);
            });
          }}
        />
      )}
      {error === null ? null : <ErrorNote error={error} />}
    </section>
  );
}

/** The type of what a step leaves by an exit, as its kind reads it now. */
function useTypes({ kind: name, config }: FlowNode, scope: FeelScopeTypes) {
  const surroundings = useSurroundings();
  return useMemo(() => {
    const kind = KINDS[name];
    const read = kind?.schema.safeParse(config);
    const analysis = kind !== undefined && read?.success === true ? kind.analyse(read.data, scope, surroundings) : null;
    return (port: string) => (analysis === null ? ({ kind: 'any' } as const) : typeAtExit(analysis, port));
  }, [name, config, scope, surroundings]);
}
