import '@xyflow/react/dist/style.css';
import { ReactFlow, useEdgesState, useNodesState, type Edge, type Node } from '@xyflow/react';
import { createRoot } from 'react-dom/client';

/**
 * React Flow with nodes and wires of its own kinds, and nothing else: as many as the address asks for, in the order of
 * places that the studio's flow has, each wired to the next.
 */

const asked = new URLSearchParams(window.location.search);
const count = Number(asked.get('nodes'));
const wires = Number(asked.get('wires'));
const zoom = asked.get('zoom');
const COLUMNS = 60;

const NODES: Node[] = Array.from({ length: count }, (_, i) => ({
  id: `${i}`,
  position: { x: (i % COLUMNS) * 320, y: Math.floor(i / COLUMNS) * 260 },
  data: { label: `Node ${i}` },
}));

const EDGES: Edge[] = Array.from({ length: wires }, (_, i) => ({
  id: `e${i}`,
  source: `${i % count}`,
  target: `${(i + 1 + Math.floor(i / count)) % count}`,
}));

function Bare() {
  const [nodes, , onNodesChange] = useNodesState(NODES);
  const [edges, , onEdgesChange] = useEdgesState(EDGES);
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      minZoom={0.1}
      {...(zoom === null ? { fitView: true } : { defaultViewport: { x: 32, y: 300, zoom: Number(zoom) } })}
    />
  );
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<Bare />);
