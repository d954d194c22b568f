import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Group as GroupIcon,
  Ungroup,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import { useStudio } from '../state/store.ts';
import { selectedCards } from './acts.ts';
import { Tool } from './tool.tsx';
import { words } from '../words/index.ts';

const ICONS: readonly (readonly [command: string, Icon: LucideIcon] | null)[] = [
  ['arrange.left', AlignStartVertical],
  ['arrange.centre', AlignCenterVertical],
  ['arrange.right', AlignEndVertical],
  null,
  ['arrange.top', AlignStartHorizontal],
  ['arrange.middle', AlignCenterHorizontal],
  ['arrange.bottom', AlignEndHorizontal],
  null,
  ['arrange.across', AlignHorizontalDistributeCenter],
  ['arrange.down', AlignVerticalDistributeCenter],
  null,
  ['group.group', GroupIcon],
  ['group.ungroup', Ungroup],
  ['step.extract', Workflow],
];

/** What can be done with several steps at once. */
export function SelectionBar() {
  const several = useStudio((state) => state.document?.readOnly === null && selectedCards(state) > 1);
  if (!several) return null;
  return (
    <div className="canvas-tools selection-bar" role="toolbar" aria-label={words().canvas.arrange.title}>
      {ICONS.map((one, i) =>
        // oxlint-disable-next-line react/no-array-index-key -- dividers have no other name
        one === null ? (
          <span key={i} className="divider" />
        ) : (
          <Tool key={one[0]} command={one[0]} Icon={one[1]} hintAt="bottom" />
        ),
      )}
    </div>
  );
}
