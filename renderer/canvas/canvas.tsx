import {
  Background,
  BackgroundVariant,
  ReactFlow,
  useStore,
  SelectionMode,
  type EdgeChange,
  type FinalConnectionState,
  type NodeChange,
  type ReactFlowInstance,
} from '@xyflow/react';
import { useCallback, useEffect, useMemo, useState, type DragEvent, type FocusEvent } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { portsOf } from '../document/describe.ts';
import type { Size } from '../document/tidy.ts';
import { connectNodes, drawNode, movePlaces } from '../state/edit.ts';
import { transit, useStudio } from '../state/store.ts';
import { present, selected } from '../state/transitions.ts';
import { words } from '../words.ts';
import { CanvasTools } from './canvas-tools.tsx';
import { KIND_DATA } from './drag-kind.ts';
import { rememberingCards, wireEdges, type CardNode, type WireEdge } from './elements.ts';
import { shownCoverage, shownTrace, shownUnsafe } from './marks.ts';
import { NoteCard } from './note-card.tsx';
import { boxesOf, rememberSize } from './sizes.ts';
import { StepCard } from './step-card.tsx';
import { UnsafeBanner } from './unsafe-banner.tsx';
import { bindViewport, openView } from './viewport.ts';
import { Wire } from './wire.tsx';

const NODE_TYPES = { step: StepCard, note: NoteCard };
const EDGE_TYPES = { wire: Wire };

/** Below this zoom cards show their names only, in letters that can still be read. */
const FAR = 0.55;

type Held = ReadonlyMap<string, Partial<Size & { x: number; y: number }>>;
type Hold = { id: string } & Partial<Size & { x: number; y: number }>;
const NOTHING_HELD: Held = new Map();

/** The canvas: draws the flow, and turns what the mouse does into edits of it. */
export function Canvas({ flow }: { flow: Flow }) {
  const selection = useStudio((state) => state.presence.selection);
  const trace = useStudio(shownTrace);
  const unsafe = useStudio(shownUnsafe);
  const coverage = useStudio(shownCoverage);
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const [held, setHeld] = useState<Held>(NOTHING_HELD);
  const [measured, setMeasured] = useState<ReadonlyMap<string, Size>>(new Map());
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const [instance, setInstance] = useState<ReactFlowInstance<CardNode, WireEdge> | null>(null);
  const [cards] = useState(() => rememberingCards());
  useEffect(() => bindViewport(instance, frame), [instance, frame]);

  const nodes = useMemo(() => cards({ flow, selection, held, measured }), [cards, flow, selection, held, measured]);
  const edges = useMemo(
    () =>
      wireEdges(
        flow,
        selection,
        { trace, unsafe, coverage },
        (node, port) => exitAt(flow, node, port),
        boxesOf(flow, measured),
      ),
    [flow, selection, trace, unsafe, coverage, measured],
  );

  const onNodesChange = useCallback((changes: readonly NodeChange<CardNode>[]) => {
    const sizes = changes.flatMap((one) => (one.type === 'dimensions' && one.dimensions !== undefined ? [one] : []));
    if (sizes.length > 0)
      setMeasured((before) => {
        const after = new Map(before);
        for (const { id, dimensions } of sizes) {
          if (dimensions === undefined) continue;
          after.set(id, dimensions);
          rememberSize(id, dimensions);
        }
        return after;
      });
    const holds = changes.flatMap((one): readonly Hold[] => {
      if (one.type === 'position' && one.dragging !== undefined && one.position !== undefined)
        return [{ id: one.id, ...one.position }];
      if (one.type === 'dimensions' && one.resizing === true && one.dimensions !== undefined)
        return [{ id: one.id, ...one.dimensions }];
      return [];
    });
    if (holds.length > 0)
      setHeld((before) => {
        const after = new Map(before);
        for (const { id, ...hold } of holds) after.set(id, { ...after.get(id), ...hold });
        return after;
      });
    if (changes.some((one) => one.type === 'dimensions' && one.resizing === false)) setHeld(NOTHING_HELD);
    followSelection(changes, 'nodes');
  }, []);
  const onEdgesChange = useCallback(
    (changes: readonly EdgeChange<WireEdge>[]) => followSelection(changes, 'edges'),
    [],
  );

  const onDrop = (event: DragEvent) => {
    const kind = event.dataTransfer.getData(KIND_DATA);
    if (kind === '' || instance === null || readOnly) return;
    event.preventDefault();
    const { x, y } = instance.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    drawNode({ kind, place: { x: x - 116, y: y - 24 } });
    frame?.focus({ preventScroll: true });
  };

  const onConnectEnd = (event: MouseEvent | TouchEvent, connection: FinalConnectionState) => {
    const { fromNode, fromHandle, toNode, isValid } = connection;
    if (isValid === true || toNode !== null || fromNode === null || fromHandle?.type !== 'source' || instance === null)
      return;
    const at = 'clientX' in event ? event : event.changedTouches[0];
    if (at === undefined) return;
    const place = instance.screenToFlowPosition({ x: at.clientX, y: at.clientY });
    const from = { node: fromNode.id, port: fromHandle.id ?? '' };
    transit((state) => present(state, { quickAdd: { place: { x: place.x, y: place.y - 24 }, from } }));
  };

  const farSize = useStore((state) =>
    state.transform[2] < FAR ? Math.min(34, Math.round(12 / state.transform[2])) : null,
  );

  return (
    <div
      ref={setFrame}
      className={`canvas${trace === null ? '' : ' tracing'}${farSize === null ? '' : ' far'}`}
      style={farSize === null ? undefined : { ['--far-size' as string]: `${farSize}px` }}
      role="region"
      aria-label={words.canvas.label}
      tabIndex={-1}
      onFocus={selectFocused}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <ReactFlow<CardNode, WireEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onInit={(ready) => {
          setInstance(ready);
          openView(ready);
        }}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        onNodeDragStop={(_, __, dragged) => {
          movePlaces(Object.fromEntries(dragged.map(({ id, position }) => [id, position])));
          setHeld(NOTHING_HELD);
        }}
        onNodeDoubleClick={(_, node) => {
          if (node.type === 'step' && !readOnly) transit((state) => present(state, { renaming: node.id }));
        }}
        onConnect={({ source, sourceHandle, target }) =>
          connectNodes({ node: source, port: sourceHandle ?? '' }, target)
        }
        onConnectEnd={onConnectEnd}
        isValidConnection={({ source, target }) => source !== target}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        edgesFocusable
        disableKeyboardA11y
        deleteKeyCode={null}
        selectionMode={SelectionMode.Partial}
        elevateNodesOnSelect={false}
        nodeDragThreshold={3}
        snapToGrid
        snapGrid={[4, 4]}
        minZoom={0.15}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
        zoomOnDoubleClick={false}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.2} color="var(--dots)" />
      </ReactFlow>
      <UnsafeBanner />
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
  if (id === null) return;
  const isNode = target.classList.contains('react-flow__node');
  transit((state) => selected(state, isNode ? { nodes: [id], edges: [] } : { nodes: [], edges: [id] }));
}

/** Selecting on the canvas selects in the studio. */
function followSelection(
  changes: readonly (NodeChange<CardNode> | EdgeChange<WireEdge>)[],
  what: 'nodes' | 'edges',
): void {
  const picked = changes.flatMap((one) => (one.type === 'select' ? [one] : []));
  if (picked.length === 0) return;
  transit((state) => {
    const now = new Set(state.presence.selection[what]);
    for (const { id, selected: on } of picked) {
      if (on) now.add(id);
      else now.delete(id);
    }
    return selected(state, { ...state.presence.selection, [what]: [...now] });
  });
}

function exitAt(flow: Flow, id: string, port: string): { label: string; lane: number } {
  const node = flow.nodes[id];
  const ports = node === undefined ? [] : portsOf(node);
  const lane = Math.max(
    0,
    ports.findIndex((one) => one.id === port),
  );
  return { label: ports.length === 1 ? '' : (ports[lane]?.label ?? port), lane };
}
