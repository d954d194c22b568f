import { MiniMap } from '@xyflow/react';
import { memo } from 'react';
import { KINDS } from '../../nodes/index.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { flowOf } from '../state/store.ts';
import type { StudioState } from '../state/records.ts';
import type { CardNode } from './elements.ts';
import { words } from '../words/index.ts';

/** A flow with so many steps does not fit on a screen that one can read. */
const MANY = 16;

/** Is the overview shown? Where nobody has said, for flows that are larger than the window. */
export const showsOverview = (state: StudioState): boolean =>
  state.session.overview ?? Object.keys(flowOf(state)?.nodes ?? {}).length > MANY;

export const toggleOverview = (): void => transit((state) => arranged(state, { overview: !showsOverview(state) }));

/** The whole flow in small; dragging in it moves what is seen. */
export const Overview = memo(function Overview() {
  const shown = useStudio(showsOverview);
  return shown ? (
    <MiniMap<CardNode>
      pannable
      zoomable
      ariaLabel={words().canvas.view.minimap}
      className="overview"
      nodeClassName={hueOf}
      nodeBorderRadius={6}
      nodeStrokeWidth={6}
      maskColor="var(--overview-mask)"
      bgColor="var(--raised)"
    />
  ) : null;
});

function hueOf({ id, type, selected }: CardNode): string {
  const node = flowOf(useStudio.getState())?.nodes[id];
  const hue = type === 'frame' ? 'frame-small' : (KINDS[node?.kind ?? '']?.hue ?? 'slate');
  return `small-card ${hue}${selected === true ? ' selected' : ''}`;
}
