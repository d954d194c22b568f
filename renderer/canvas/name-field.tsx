import { useState, type KeyboardEvent } from 'react';
import { renameTo } from '../state/edit.ts';
import { transit } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import { focusNode } from './viewport.ts';

/** The name of a step while it is changed on its card: Enter keeps, Escape gives up. */
export function NameField({ id, name }: { id: string; name: string }) {
  const [text, setText] = useState(name);
  const [fault, setFault] = useState<string | null>(null);
  const close = () => transit((state) => present(state, { renaming: null }));

  const keep = (): boolean => {
    const problem = renameTo(id, text.trim());
    setFault(problem?.message ?? null);
    if (problem === null) close();
    return problem === null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    // An input method takes its word with these keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key !== 'Enter' || !keep()) return;
    requestAnimationFrame(() => focusNode(id));
  };

  return (
    <span className="name-field nodrag nopan nokey">
      <input
        // The person asked for this field a moment ago.
        ref={(input) => {
          if (input !== null && document.activeElement !== input && text === name) input.select();
        }}
        aria-label={words().canvas.nameOf(name)}
        aria-invalid={fault !== null}
        value={text}
        maxLength={60}
        onChange={(event) => {
          setText(event.target.value);
          setFault(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => {
          if (!keep()) close();
        }}
      />
      {fault === null ? null : (
        <span className="name-fault" role="alert">
          {fault}
        </span>
      )}
    </span>
  );
}
