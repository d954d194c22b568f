import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { Action, Connection } from '../../../engine/connections/contract.ts';
import type { Fields } from '../../../engine/flow/document.ts';
import type { StudioAnswer } from '../../../engine/studio/contract.ts';
import { words } from '../../words/index.ts';
import { acrossCases } from '../limit-words.ts';
import { UseList } from '../use-list.tsx';
import type { Use } from '../uses.ts';
import { afterLostAnswer, fieldFacts, undoLine } from './action-facts.ts';

type Binding = StudioAnswer<'bindings'>['bindings'][string];

interface ConnectionCardProps {
  connection: Connection;
  /** How this machine meets it; null as long as the engine has not said. */
  binding: Binding | null;
  usesOf: (action: string) => readonly Use[];
}

/** A contract with another system: every action with what it does, takes and gives, and who does it. */
export function ConnectionCard({ connection, binding, usesOf }: ConnectionCardProps) {
  const said = words().connections;
  return (
    <li className="plain-card">
      <div className="row wrap">
        <h2 className="break">{connection.title}</h2>
        {binding === null ? null : binding.simulated ? (
          <span className="chip" title={said.simulatedHint}>
            {said.simulated}
          </span>
        ) : (
          <span className="chip wait" title={said.notSimulatedHint}>
            {said.notSimulated}
          </span>
        )}
        {binding === null || binding.grants === null ? null : (
          <span className="chip">{said.bound(binding.grants.length)}</span>
        )}
      </div>
      <p className="quiet break">
        <span className="mono">{connection.name}</span> · {said.owner(connection.owner)}
      </p>
      <ul className="actions">
        {Object.entries(connection.actions).map(([name, action]) => (
          <ActionFacts
            key={name}
            name={name}
            action={action}
            granted={binding?.grants?.includes(name) ?? true}
            uses={usesOf(name)}
          />
        ))}
      </ul>
    </li>
  );
}

interface ActionFactsProps {
  name: string;
  action: Action;
  granted: boolean;
  uses: readonly Use[];
}

function ActionFacts({ name, action, granted, uses }: ActionFactsProps) {
  const said = words().connections;
  const undo = undoLine(action);
  return (
    <li className={`act ${action.class}`}>
      <div className="row wrap">
        <h3 className="break">{action.title}</h3>
        <span className="small quiet mono break">{name}</span>
        <ClassChip action={action} />
        {granted ? null : (
          <span className="chip bad" title={said.notGrantedHint}>
            {said.notGranted}
          </span>
        )}
      </div>
      {[...(undo === null ? [] : [undo]), ...acrossCases(action)].map((line) => (
        <p key={line} className="break">
          {line}
        </p>
      ))}
      <p className="break">
        <span className="quiet">{said.again.title}: </span>
        {afterLostAnswer(action)}
      </p>
      <dl className="facts tight">
        <FieldsFact name={said.takes} fields={action.request} />
        <FieldsFact name={said.gives} fields={action.response} />
        <div>
          <dt>{said.usedBy}</dt>
          <dd>
            <UseList uses={uses} />
          </dd>
        </div>
      </dl>
    </li>
  );
}

function FieldsFact({ name, fields }: { name: string; fields: Fields }) {
  const facts = fieldFacts(fields);
  return (
    <div>
      <dt>{name}</dt>
      <dd className="fields">
        {facts.length === 0 ? '–' : null}
        {facts.map((field) => (
          <span key={field.name} className="field-fact">
            <span className="mono">{field.name}</span>
            <span className="small quiet">{field.type}</span>
            {field.personal ? (
              <span className="chip" title={words().canvas.personalHint}>
                {words().canvas.personal}
              </span>
            ) : null}
            {field.optional ? <span className="small quiet">{words().inspector.mayBeEmpty}</span> : null}
          </span>
        ))}
      </dd>
    </div>
  );
}

export function ClassChip({ action }: { action: Pick<Action, 'class' | 'undo'> }) {
  if (action.class === 'irreversible')
    return (
      <span className="chip bad">
        {words().effect.irreversible}
        <TriangleAlert size={12} aria-hidden />
      </span>
    );
  if (action.class === 'reversible')
    return (
      <span className="chip" title={action.undo === undefined ? '' : words().effect.undo(action.undo.action)}>
        {words().effect.reversible}
        <RotateCcw size={12} aria-hidden />
      </span>
    );
  return <span className="chip">{words().effect.read}</span>;
}
