import { NodeResizer, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { sizeNode } from '../document/commands.ts';
import { edit } from '../state/edit.ts';
import { useStudio, useSurroundings } from '../state/store.ts';
import { describe } from '../document/describe.ts';
import { words } from '../words.ts';
import type { CardNode } from './elements.ts';

/** A note on the canvas: paper of another colour, no wires. */
export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps<CardNode>) {
  const node = useStudio((state) => state.document?.history.present.nodes[id]);
  const surroundings = useSurroundings();
  if (node === undefined) return null;
  const text = describe(node, surroundings).sentence;
  return (
    <div className={selected ? 'note selected' : 'note'}>
      <NodeResizer
        isVisible={selected}
        minWidth={120}
        minHeight={48}
        lineClassName="note-line"
        handleClassName="note-corner"
        onResizeEnd={(_, size) => edit(words.did.resize, (flow) => sizeNode(flow, id, size))}
      />
      {text === '' ? <span className="quiet">{words.canvas.emptyNote}</span> : text}
    </div>
  );
});
