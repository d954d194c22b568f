import { useStore, type ReactFlowState } from '@xyflow/react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';

const known = new WeakMap<Element, Element>();

/**
 * The layer of labels. React Flow's own renderer of labels looks for it in the document whenever anything moves, once for
 * each label; here it is found once.
 */
function layerOf({ domNode }: ReactFlowState): Element | null {
  if (domNode === null) return null;
  const found = known.get(domNode) ?? domNode.querySelector('.react-flow__edgelabel-renderer');
  if (found !== null) known.set(domNode, found);
  return found;
}

/** Draws on the layer above the wires, which moves and zooms as they do. */
export function OnLabels({ children }: { children: ReactNode }) {
  const layer = useStore(layerOf);
  return layer === null ? null : createPortal(children, layer);
}
