import { Position, ReactFlowProvider, type NodeHandle, type NodeProps } from '@xyflow/react';
import { describe, expect, it } from 'vitest';
import { describe as describeNode } from '../document/describe.ts';
import { foldGroup, groupCardId, makeGroup } from '../document/groups.ts';
import { checked, initialState, opened } from '../state/transitions.ts';
import { payingFlow, surroundings } from '../test-kit/flows.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { DetailContext } from './detail-context.ts';
import type { Detail } from './detail.ts';
import { exitHandle, foldEnds } from './drawn.ts';
import { IN, type CardNode } from './elements.ts';
import { FoldCard } from './fold-card.tsx';
import { isMeasured } from './light-card.tsx';
import { NoteCard } from './note-card.tsx';
import { StepCard } from './step-card.tsx';

const flow = payingFlow();
const SIZE = { width: 232, height: 140 };

const end = (type: 'source' | 'target', id: string): NodeHandle => ({
  id,
  type,
  position: type === 'source' ? Position.Right : Position.Left,
  x: 0,
  y: 20,
  width: 10,
  height: 10,
});

/** The approval, with its ends where the canvas measured them. */
const ENDS = [end('target', IN), end('source', 'approved'), end('source', 'rejected')];

const PROPS = {
  selected: false,
  dragging: false,
  draggable: true,
  selectable: true,
  deletable: true,
  zIndex: 0,
  isConnectable: true,
  positionAbsoluteX: 0,
  positionAbsoluteY: 0,
} as const;

function card(detail: Detail, ends: readonly NodeHandle[] = ENDS, height: number | undefined = SIZE.height): string {
  const node: CardNode = { id: 'n_ask', type: 'step', position: { x: 0, y: 0 }, data: {}, measured: SIZE };
  const props: NodeProps<CardNode> = {
    ...PROPS,
    ...node,
    type: 'step',
    ...(height === undefined ? {} : { height }),
  };
  const state = checked(opened(initialState(), { path: 'a', flow, digest: '', readOnly: null }), {
    of: flow,
    problems: [{ code: 'CONFIG', severity: 'error', path: [], message: 'No role.', hint: 'Name one.', node: 'n_ask' }],
    unsafe: [],
    scopes: {},
    personal: new Set(),
  });
  return drawn(
    state,
    <ReactFlowProvider initialNodes={[{ ...node, handles: [...ends] }]}>
      <DetailContext value={detail}>
        <StepCard {...props} />
      </DetailContext>
    </ReactFlowProvider>,
  );
}

describe('a card from afar', () => {
  it('has its name and its problems, and nothing else is read or drawn', () => {
    const html = card('far');
    expect(textsOf(html)).toEqual(expect.arrayContaining(['ask', 'No role. Name one.']));
    expect(html).not.toContain('<svg');
    expect(html).not.toContain('class="exits"');
    // The control: from near there is more.
    expect(card('near')).toContain('<svg');
    expect(textsOf(card('near')).length).toBeGreaterThan(textsOf(html).length);
  });

  it('is as high as the whole card, and keeps the places of its ends', () => {
    const html = card('far');
    expect(html).toContain(`height:${SIZE.height}px`);
    for (const { id = '', type } of ENDS)
      expect(html).toMatch(new RegExp(`class="end-place ${type}" data-handleid="${id}"`));
  });

  it('is whole until it was measured, or wires would lead nowhere', () => {
    expect(card('far', [])).toContain('<svg');
    expect(card('far', ENDS.slice(0, 2))).toContain('<svg');
  });
});

describe('a measured card', () => {
  it('has all ends that its step has now', () => {
    const node = flow.nodes['n_ask'];
    if (node === undefined) throw new Error('the flow has an approval');
    const shown = describeNode(node, surroundings);
    const bounds = {
      target: [{ ...end('target', IN), nodeId: 'n_ask', width: 10, height: 10 }],
      source: shown.ports.map(({ id }) => ({ ...end('source', id), nodeId: 'n_ask', width: 10, height: 10 })),
    };
    expect(isMeasured(bounds, shown)).toBe(true);
    expect(isMeasured({ ...bounds, target: null }, shown)).toBe(false);
    for (const gone of bounds.source)
      expect(isMeasured({ ...bounds, source: bounds.source.filter((one) => one !== gone) }, shown)).toBe(false);
    expect(isMeasured(undefined, shown)).toBe(false);
  });
});

describe('from afar, beside steps', () => {
  const group = makeGroup(flow, 'g_1', 'Money', ['n_ask', 'n_pay']);
  const shown = foldGroup(
    {
      ...group,
      nodes: { ...group.nodes, n_note: { kind: 'note', name: 'Note', config: { text: 'Ask Ada first' } } },
      comments: {
        c_1: { node: 'n_topic', remarks: [{ by: 'Ada', at: '2026-01-01T00:00:00Z', text: 'Really?' }] },
      },
    },
    'g_1',
    true,
  );
  const view = (detail: Detail, id: string, handles: readonly NodeHandle[], Card: typeof NoteCard) => {
    const node: CardNode = { id, type: 'step', position: { x: 0, y: 0 }, data: {}, measured: SIZE };
    const props: NodeProps<CardNode> = { ...PROPS, ...node, type: 'step', height: SIZE.height };
    return drawn(
      opened(initialState(), { path: 'a', flow: shown, digest: '', readOnly: null }),
      <ReactFlowProvider initialNodes={[{ ...node, handles: [...handles] }]}>
        <DetailContext value={detail}>
          <Card {...props} />
        </DetailContext>
      </ReactFlowProvider>,
    );
  };

  it('a note shows as much of its text as can be read, and is as high as it is', () => {
    const html = view('far', 'n_note', [], NoteCard);
    expect(html).toContain('note light');
    expect(html).toContain(`height:${SIZE.height}px`);
    expect(textsOf(html)).toContain('Ask Ada first');
    expect(view('near', 'n_note', [], NoteCard)).not.toContain('note light');
  });

  it('a folded group is its name alone', () => {
    const id = groupCardId('g_1');
    const exits = foldEnds(shown, 'g_1').exits.map(({ node, port }) => end('source', exitHandle(node, port)));
    const far = view('far', id, [end('target', IN), ...exits], FoldCard);
    expect(far).toContain('card light');
    expect(far).not.toContain('class="exits"');
    expect(textsOf(far)).toContain('Money');
    expect(view('near', id, [end('target', IN), ...exits], FoldCard)).toContain('class="exits"');
  });

  it('that something was said about a step is still marked', () => {
    const ends = [
      end('target', IN),
      ...describeNode(shown.nodes['n_topic'] ?? { kind: '', name: '', config: {} }, surroundings).ports.map(({ id }) =>
        end('source', id),
      ),
    ];
    expect(view('far', 'n_topic', ends, StepCard)).toContain('comment-mark');
  });
});
