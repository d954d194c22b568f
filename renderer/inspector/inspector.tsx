import { useState, type KeyboardEvent } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { focusCanvas, focusNode } from '../canvas/viewport.ts';
import { isTextField } from '../commands/keyboard.ts';
import type { Selection } from '../state/records.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { duplicateSelected, removeSelected } from '../state/edit.ts';
import { FaultBoundary } from '../ui/fault-boundary.tsx';
import { EdgePanel } from './edge-panel.tsx';
import { FlowPanel } from './flow-panel.tsx';
import { NodePanel } from './node-panel.tsx';

/** What is selected; while a card is dragged, what was before. */
function useShownSelection(): Selection {
  const selection = useStudio((state) => state.presence.selection);
  const dragging = useStudio((state) => state.presence.dragging);
  const [shown, setShown] = useState(selection);
  if (!dragging && shown !== selection) setShown(selection);
  return dragging ? shown : selection;
}

/** What is selected, and how it is set; the flow itself when nothing is. */
export function Inspector({ flow }: { flow: Flow }) {
  const { nodes, edges } = useShownSelection();
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const [id] = nodes;
  const [edgeId] = edges;
  const node = id === undefined ? undefined : flow.nodes[id];
  const edge = edgeId === undefined ? undefined : flow.edges[edgeId];
  const several = nodes.length + edges.length > 1;
  /** Escape gives the keyboard back to the canvas, unless a text or a list that is open has a use for it. */
  const leave = (event: KeyboardEvent): void => {
    const { target } = event;
    if (event.key !== 'Escape' || event.defaultPrevented || !(target instanceof Element)) return;
    if (isTextField(target) || target.ariaExpanded === 'true') return;
    event.stopPropagation();
    if (id === undefined) focusCanvas();
    else focusNode(id);
  };
  return (
    // Where nothing can be changed nothing else in it takes the keyboard, which scrolls it.
    <section
      className={readOnly ? 'inspector scroll looked-at' : 'inspector scroll'}
      aria-label={words().inspector.label}
      tabIndex={readOnly ? 0 : undefined}
      onKeyDown={leave}
    >
      <FaultBoundary key={several ? 'several' : (id ?? edgeId ?? 'flow')}>
        {several ? (
          <>
            <header className="panel-head">
              <h2>{words().inspector.several(nodes.length, edges.length)}</h2>
            </header>
            <div className="row">
              <button
                type="button"
                className="plain"
                disabled={readOnly || nodes.length === 0}
                onClick={duplicateSelected}
              >
                {words().commands.duplicate}
              </button>
              <button type="button" className="plain" disabled={readOnly} onClick={removeSelected}>
                {words().commands.remove}
              </button>
            </div>
          </>
        ) : id !== undefined && node !== undefined ? (
          <NodePanel key={id} id={id} flow={flow} node={node} />
        ) : edgeId !== undefined && edge !== undefined ? (
          <EdgePanel key={edgeId} id={edgeId} flow={flow} edge={edge} />
        ) : (
          <FlowPanel flow={flow} />
        )}
      </FaultBoundary>
    </section>
  );
}
