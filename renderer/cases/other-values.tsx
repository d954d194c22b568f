import { X } from 'lucide-react';
import type { JsonValue } from '../../engine/flow/json.ts';
import { plainValue } from '../ui/format.ts';
import { focusWithin } from '../ui/focus-back.ts';
import { words } from '../words/index.ts';

interface OtherValuesProps {
  values: readonly (readonly [string, JsonValue])[];
  onDrop: (name: string) => void;
}

/** Values of fields that are not declared, or not any more: they stay in the scenario until a person takes them out. */
export function OtherValues({ values, onDrop }: OtherValuesProps) {
  const said = words().making;
  if (values.length === 0) return null;
  return (
    <div className="stack">
      <p className="field-fault warning">{said.undeclared}</p>
      <ul className="case-others">
        {values.map(([name, value]) => (
          <li key={name} className="row">
            <span className="grow">
              <span className="strong">{name}</span> <span className="mono quiet">{plainValue(value)}</span>
            </span>
            <button
              type="button"
              className="plain icon"
              aria-label={said.dropValue(name)}
              title={said.dropValue(name)}
              onClick={({ currentTarget }) => {
                const part = currentTarget.closest('section');
                onDrop(name);
                // The button goes with its value.
                setTimeout(() => {
                  if (part !== null && document.activeElement === document.body) focusWithin(part);
                });
              }}
            >
              <X size={14} aria-hidden />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
