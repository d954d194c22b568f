import { Handle, Position, type NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { KINDS } from '../../nodes/index.ts';
import type { CardNode } from '../canvas/elements.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words/index.ts';
import { goToChange } from './acts.ts';
import { useVersions } from './store.ts';

/** A step that is no longer there, where it was; pressed, it shows what it was. */
export const GhostCard = memo(function GhostCard({ id }: NodeProps<CardNode>) {
  const marks = useVersions((state) => state.comparison?.marks);
  const at = useVersions((state) => state.comparison?.groups.findIndex((group) => group.key === `node ${id}`) ?? -1);
  const node = marks?.ghosts.find((ghost) => ghost.id === id)?.node;
  if (marks === undefined || node === undefined) return null;
  const kind = KINDS[node.kind] ?? null;
  const exits = new Set(marks.ghostEdges.flatMap(([, { from }]) => (from.node === id ? [from.port] : [])));
  return (
    <button
      type="button"
      className="ghost nodrag nopan"
      aria-label={words().versions.ghost(node.name)}
      onClick={() => goToChange(at < 0 ? null : at)}
    >
      <Handle type="target" position={Position.Left} className="ghost-port" isConnectable={false} />
      <span className="ghost-head">
        <KindIcon icon={kind?.icon ?? ''} hue="slate" />
        <span className="clip ghost-name">{node.name}</span>
        <span className="diff-mark removed">{words().versions.marks.removed}</span>
      </span>
      <span className="small quiet">{kind?.label ?? words().canvas.unknownKind(node.kind)}</span>
      {[...exits].map((port) => (
        <Handle
          key={port}
          type="source"
          position={Position.Right}
          id={port}
          className="ghost-port"
          isConnectable={false}
        />
      ))}
    </button>
  );
});
