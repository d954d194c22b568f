import {
  Background,
  BackgroundVariant,
  ReactFlow,
  useStore,
  SelectionMode,
  type ReactFlowInstance,
} from '@xyflow/react';
import { useCallback, useEffect, useMemo, useState, type DragEvent, type FocusEvent } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { Flow } from '../../engine/flow/document.ts';
import { portsOf } from '../document/describe.ts';
import { drawNode } from '../state/edit.ts';
import { flowOf, transit, useStudio } from '../state/store.ts';
import { selected } from '../state/transitions.ts';
import { useDrawnDiff } from '../versions/drawn.ts';
import { GhostCard } from '../versions/ghost-card.tsx';
import { words } from '../words/index.ts';
import { CanvasTools } from './canvas-tools.tsx';
import { DetailContext } from './detail-context.ts';
import { nameSizeAt, rememberingDetail } from './detail.ts';
import { KIND_DATA } from './drag-kind.ts';
import { WireByHand } from './drawn-by-hand.tsx';
import { drawnBoxes, meantBy } from './drawn.ts';
import { rememberingCards, type CardNode } from './elements.ts';
import { FindBar } from './find-bar.tsx';
import { FoldCard } from './fold-card.tsx';
import { GroupFrame } from './group-frame.tsx';
import { shownCoverage, shownTrace, shownTraffic, shownUnsafe } from './marks.ts';
import { NoteCard } from './note-card.tsx';
import { OFFERS, settingsOf } from './offers.ts';
import { Overview } from './overview.tsx';
import { SandboxMark } from './sandbox-mark.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { wireAt } from './splice.ts';
import { StepCard } from './step-card.tsx';
import { UnsafeBanner } from './unsafe-banner.tsx';
import { rememberingOrder } from './reading-order.ts';
import { RoutesContext } from './routes-context.ts';
import { useGestures } from './use-gestures.ts';
import { useLedWires } from './use-led-wires.ts';
import { useMoves } from './use-moves.ts';
import { bindViewport, isLedTo, openView } from './viewport.ts';
import { Wire } from './wire.tsx';
import { rememberingWires, type WireEdge } from './wires.ts';

const NODE_TYPES = { ghost: GhostCard, step: StepCard, note: NoteCard, fold: FoldCard, frame: GroupFrame };
const EDGE_TYPES = { wire: Wire };
const GRID: [number, number] = [4, 4];
/** A click with one of these takes a step into the selection, or out of it; drawing a box takes Shift as well. */
const ADDING = ['Shift', 'Control', 'Meta'];
const PRO_OPTIONS = { hideAttribution: true };

/** Of so many cards only those in sight are in the document: drawing the others, and keeping them, costs frames. */
const MANY = 120;

/** The canvas: draws the flow, and turns what the mouse does into edits of it. */
export function Canvas({ flow }: { flow: Flow }) {
  const selection = useStudio((state) => state.presence.selection);
  // Most often none, before and after: then no wire is looked at again for it.
  const chosen = useStudio(useShallow((state) => state.presence.selection.edges));
  const trace = useStudio(shownTrace);
  const unsafe = useStudio(shownUnsafe);
  const coverage = useStudio(shownCoverage);
  const traffic = useStudio(shownTraffic);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const { held, measured, onNodesChange, drop } = useMoves();
  const [target, setTarget] = useState<string | null>(null);
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const [instance, setInstance] = useState<ReactFlowInstance<CardNode, WireEdge> | null>(null);
  const [cards] = useState(() => rememberingCards());
  const [wires] = useState(() => rememberingWires());
  useEffect(() => bindViewport(instance, frame), [instance, frame]);

  const nodes = useMemo(() => cards({ flow, selection, held, measured }), [cards, flow, selection, held, measured]);
  const all = useMemo(() => drawnBoxes(flow, measured), [flow, measured]);
  const edges = useMemo(
    () =>
      wires(flow, chosen, { trace, unsafe, coverage, traffic, target }, (node, port) => exitLabel(flow, node, port)),
    [wires, flow, chosen, trace, unsafe, coverage, traffic, target],
  );
  const routes = useLedWires(flow, edges, all);

  const [inOrder] = useState(() => rememberingOrder<WireEdge>());
  const read = useMemo(() => inOrder(edges, nodes), [inOrder, edges, nodes]);
  const drawn = useDrawnDiff(flow, nodes, read);

  const gestures = useGestures({ instance, readOnly, drop, setTarget });
  const onInit = useCallback((ready: ReactFlowInstance<CardNode, WireEdge>) => {
    setInstance(ready);
    openView(ready, useStudio.getState().presence.viewport);
  }, []);

  const onDrop = (event: DragEvent) => {
    const offered = event.dataTransfer.getData(KIND_DATA);
    const offer = OFFERS.find(({ id }) => id === offered);
    if (offer === undefined || instance === null || readOnly) return;
    event.preventDefault();
    const { x, y } = instance.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const wire = wireAt(event.clientX, event.clientY);
    drawNode({ kind: offer.kind.kind, place: { x: x - 116, y: y - 24 }, into: wire, ...settingsOf(offer) });
    setTarget(null);
    frame?.focus({ preventScroll: true });
  };

  const [detailNow] = useState(rememberingDetail);
  const detail = useStore((state) => detailNow(state.transform[2]));
  const nameSize = useStore((state) => (detail === 'far' ? nameSizeAt(state.transform[2]) : null));

  return (
    <div
      ref={setFrame}
      className={`canvas${trace === null && traffic === null ? '' : ' tracing'}${detail === 'far' ? ' far' : ''}`}
      style={nameSize === null ? undefined : { ['--far-size' as string]: `${nameSize}px` }}
      role="region"
      aria-label={words().canvas.label}
      tabIndex={-1}
      onFocus={selectFocused}
      onDragOver={(event) => {
        event.preventDefault();
        if (event.dataTransfer.types.includes(KIND_DATA)) setTarget(wireAt(event.clientX, event.clientY));
      }}
      onDragLeave={() => setTarget(null)}
      onDrop={onDrop}
    >
      <DetailContext value={detail}>
        <RoutesContext value={routes}>
          <ReactFlow<CardNode, WireEdge>
            nodes={drawn.nodes}
            edges={drawn.edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            connectionLineComponent={WireByHand}
            onInit={onInit}
            onNodesChange={onNodesChange}
            {...gestures}
            nodesDraggable={!readOnly}
            nodesConnectable={!readOnly}
            edgesFocusable
            disableKeyboardA11y
            onlyRenderVisibleElements={nodes.length > MANY}
            ariaLabelConfig={words().canvas.readOut}
            deleteKeyCode={null}
            selectionMode={SelectionMode.Partial}
            multiSelectionKeyCode={ADDING}
            elevateNodesOnSelect={false}
            nodeDragThreshold={3}
            snapToGrid
            snapGrid={GRID}
            minZoom={0.15}
            maxZoom={2}
            proOptions={PRO_OPTIONS}
            zoomOnDoubleClick={false}
          >
            {/* From afar they are finer than a pixel, and all of the paper would be painted for each frame of a move. */}
            {detail === 'far' ? null : (
              <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} color="var(--dots)" />
            )}
          </ReactFlow>
        </RoutesContext>
      </DetailContext>
      <SandboxMark />
      <UnsafeBanner />
      <FindBar />
      <SelectionBar />
      <Overview />
      <CanvasTools />
    </div>
  );
}

/**
 * What the keyboard walks to is selected, steps and wires alike. A press of the mouse selects by rules of its own, and
 * what a closing dialog hands the keyboard back to was not walked to.
 */
function selectFocused({ target, relatedTarget: from }: FocusEvent): void {
  if (!(from instanceof Element) || from.closest('[role="dialog"]') !== null || !(target instanceof Element)) return;
  if (!target.matches('.react-flow__node:focus-visible, .react-flow__edge:focus-visible')) return;
  const id = target.getAttribute('data-id');
  if (id === null || isLedTo(id)) return;
  const isNode = target.classList.contains('react-flow__node');
  transit((state) => {
    const flow = flowOf(state);
    const nodes = isNode ? (flow === null ? [id] : meantBy(flow, id)) : [];
    return selected(state, { nodes, edges: isNode ? [] : [id] });
  });
}

function exitLabel(flow: Flow, id: string, port: string): string {
  const node = flow.nodes[id];
  const ports = node === undefined ? [] : portsOf(node);
  return ports.length === 1 ? '' : (ports.find((one) => one.id === port)?.label ?? port);
}
