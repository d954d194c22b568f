import type { NodeProps } from '@xyflow/react';
import { ChevronsDownUp } from 'lucide-react';
import { memo } from 'react';
import { useStudio } from '../state/store.ts';
import { groupOfCard } from '../document/groups.ts';
import { setFold } from './acts.ts';
import type { CardNode } from './elements.ts';
import { GroupName } from './group-name.tsx';
import { words } from '../words/index.ts';

/** The box around the steps of a group. It lets the mouse through but for its head, by which the group is moved. */
export const GroupFrame = memo(function GroupFrame({ id: card, selected }: NodeProps<CardNode>) {
  const id = groupOfCard(card) ?? '';
  const name = useStudio((state) => state.document?.history.present.groups?.[id]?.name);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  if (name === undefined) return null;
  return (
    <div className={selected ? 'frame selected' : 'frame'}>
      <div className="frame-head">
        <GroupName id={id} name={name} />
        <button
          type="button"
          className="plain icon nodrag"
          aria-label={words().canvas.group.fold}
          title={words().canvas.group.fold}
          tabIndex={-1}
          disabled={readOnly}
          onClick={() => setFold([id], true)}
        >
          <ChevronsDownUp size={14} aria-hidden />
        </button>
      </div>
    </div>
  );
});
