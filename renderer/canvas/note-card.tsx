import { NodeResizer, type NodeProps } from '@xyflow/react';
import { memo, useState, type KeyboardEvent } from 'react';
import { sizeNode } from '../document/commands.ts';
import { describe } from '../document/describe.ts';
import { configure, edit } from '../state/edit.ts';
import { transit, useStudio, useSurroundings } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import { useDetail } from './detail-context.ts';
import type { CardNode } from './elements.ts';
import { focusNode } from './viewport.ts';

/** A note on the canvas: paper of another colour, no wires. What is renamed on other cards is written on it: its text. */
export const NoteCard = memo(function NoteCard({ id, selected, height }: NodeProps<CardNode>) {
  const far = useDetail() === 'far';
  const node = useStudio((state) => state.document?.history.present.nodes[id]);
  const writing = useStudio((state) => state.presence.renaming === id);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const surroundings = useSurroundings();
  if (node === undefined) return null;
  const text = describe(node, surroundings).sentence;
  // As high as it is from near, so that nothing moves: as much of the text as finds room in letters that can be read.
  if (far && height !== undefined && !writing)
    return (
      <div className={selected ? 'note light selected' : 'note light'} style={{ height }} title={text}>
        <div className="note-start">{text}</div>
      </div>
    );
  return (
    <div className={selected ? 'note selected' : 'note'}>
      <NodeResizer
        isVisible={selected && !readOnly}
        minWidth={120}
        minHeight={48}
        lineClassName="note-line"
        handleClassName="note-corner"
        onResizeEnd={(_, size) => edit(words().did.resize, (flow) => sizeNode(flow, id, size))}
      />
      {writing ? (
        <NoteField id={id} name={node.name} text={text} />
      ) : text === '' ? (
        <span className="quiet">{words().canvas.emptyNote}</span>
      ) : (
        text
      )}
    </div>
  );
});

/** Escape and leaving keep what was written; it can be undone. */
function NoteField({ id, name, text }: { id: string; name: string; text: string }) {
  const [draft, setDraft] = useState(text);
  const keep = (): void => {
    if (draft !== text) configure(id, { text: draft });
    transit((state) => present(state, { renaming: null }));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    // An input method takes its word with these keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key !== 'Escape' && !(event.key === 'Enter' && (event.ctrlKey || event.metaKey))) return;
    keep();
    requestAnimationFrame(() => focusNode(id));
  };
  return (
    <textarea
      // The person asked for this field a moment ago.
      ref={(field) => {
        if (field !== null && document.activeElement !== field && draft === text) field.select();
      }}
      className="note-field nodrag nopan nowheel nokey"
      aria-label={words().canvas.note.textOf(name)}
      value={draft}
      maxLength={4000}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={keep}
    />
  );
}
