import { useState, type KeyboardEvent } from 'react';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { groupCardId } from '../document/groups.ts';
import { renameGroup } from './acts.ts';
import { focusNode } from './viewport.ts';
import { words } from '../words/index.ts';

/** The name of a group, on its frame or card; while it is changed, a field: Enter keeps, Escape gives up. */
export function GroupName({ id, name }: { id: string; name: string }) {
  const renaming = useStudio((state) => state.presence.renaming === id);
  return renaming ? (
    <GroupNameField id={id} name={name} />
  ) : (
    <span className="card-name clip" title={name}>
      {name}
    </span>
  );
}

function GroupNameField({ id, name }: { id: string; name: string }) {
  const [text, setText] = useState(name);
  const close = () => transit((state) => present(state, { renaming: null }));
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    // An input method takes its word with these keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key !== 'Escape' && event.key !== 'Enter') return;
    if (event.key === 'Enter') renameGroup(id, text);
    close();
    requestAnimationFrame(() => focusNode(groupCardId(id)));
  };
  return (
    <span className="name-field nodrag nopan nokey">
      <input
        // The person asked for this field a moment ago.
        ref={(input) => {
          if (input !== null && document.activeElement !== input && text === name) input.select();
        }}
        aria-label={words().canvas.group.nameOf(name)}
        value={text}
        maxLength={60}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          renameGroup(id, text);
          close();
        }}
      />
    </span>
  );
}
