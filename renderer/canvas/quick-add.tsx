import { useEffect, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { CARD_SIZE } from '../document/tidy.ts';
import { freePlace } from '../document/travel.ts';
import { drawNode, type Drawn } from '../state/edit.ts';
import type { QuickAdd as QuickAddAsked } from '../state/records.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { KindIcon } from '../ui/icons.tsx';
import { PickList } from '../ui/pick-list.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words/index.ts';
import { freeExit, rankOffers } from './fits.ts';
import { OFFERS, settingsOf, type Offer } from './offers.ts';
import { watchPointer } from './pointer.ts';
import { between, placeAfter } from './quick-add-place.ts';
import { boxes } from './sizes.ts';
import { focusNode, middle, showNode } from './viewport.ts';

const WIDTH = 420;

/** Draws a step after the one that is selected, or in the middle of what is seen. */
export function addKind(
  kind: string,
  from: { node: string; port: string } | null,
  place: { x: number; y: number } | null,
  more: Pick<Drawn, 'into' | 'config' | 'name'> = {},
) {
  const { document, presence } = useStudio.getState();
  if (document === null) return;
  const flow = document.history.present;
  const [single] = presence.selection.nodes;
  const after = from?.node ?? single;
  const at =
    place ??
    (after === undefined
      ? freePlace(boxes(), { x: middle().x - CARD_SIZE.width / 2, y: middle().y - CARD_SIZE.height / 2 }, CARD_SIZE)
      : placeAfter(flow, after));
  const id = drawNode({ kind, place: at, from, ...more });
  if (id === null) return;
  // The card has to be drawn before it can be seen or focused, and the list has to have given the keyboard back.
  setTimeout(() => {
    showNode(id);
    if (isNote(kind)) writeSoon(id);
    else focusNode(id);
  }, 60);
}

const isNote = (kind: string): boolean => KINDS[kind]?.inProgram === false;

/** The text of a new note is written as soon as the list of kinds is gone, and with it the keyboard from there. */
function writeSoon(id: string, tries = 60): void {
  if (document.querySelector('[role="dialog"]') === null) transit((state) => present(state, { renaming: id }));
  else if (tries > 0) setTimeout(() => writeSoon(id, tries - 1), 30);
}

/** The list of kinds, opened with N or by dropping a wire where nothing is: at that place. */
export function QuickAdd() {
  const asked = useStudio((state) => state.presence.quickAdd);
  const flow = useFlow();
  const single = useStudio((state) =>
    state.presence.selection.nodes.length === 1 ? state.presence.selection.nodes[0] : undefined,
  );
  const close = () => transit((state) => present(state, { quickAdd: null }));
  useEffect(watchPointer, []);
  const opened = asked !== null && flow !== null;
  return (
    <Dialog
      opened={opened}
      onClose={close}
      bare
      high
      size={WIDTH}
      at={asked?.at ?? null}
      title={words().quickAdd.label}
    >
      {opened ? <QuickAddList flow={flow} asked={asked} single={single} close={close} /> : null}
    </Dialog>
  );
}

interface ListProps {
  flow: Flow;
  asked: QuickAddAsked;
  single: string | undefined;
  close: () => void;
}

function QuickAddList({ flow, asked: { place, from, into: wire = null }, single, close }: ListProps) {
  const [alone, setAlone] = useState(false);
  const edge = wire === null ? undefined : flow.edges[wire];
  const port = single === undefined ? null : freeExit(flow, single);
  const likely = from ?? (single === undefined || port === null ? null : { node: single, port });
  const follows = alone || edge !== undefined ? null : likely;
  const into = alone || edge === undefined ? null : wire;
  const nameOf = (id: string): string => flow.nodes[id]?.name ?? '';
  const pick = (offer: Offer) => {
    const { kind } = offer;
    close();
    const hasWays = kind.hasInput && kind.ends === undefined;
    addKind(kind.kind, kind.hasInput ? follows : null, place ?? (into === null ? null : between(edge)), {
      ...(into !== null && hasWays ? { into } : {}),
      ...settingsOf(offer),
    });
  };
  return (
    <>
      <PickList
        label={words().quickAdd.label}
        placeholder={words().quickAdd.placeholder}
        empty={words().quickAdd.empty}
        search={(query) => rankOffers(OFFERS, flow, query, { follows, into })}
        keyOf={(offer) => offer.id}
        onPick={pick}
        renderItem={({ kind, label, summary, icon }) => (
          <>
            <KindIcon icon={icon} hue={kind.hue} size={18} />
            <span className="grow">
              <span className="strong">{label}</span>
              <span className="small quiet pick-line">{summary}</span>
            </span>
          </>
        )}
      />
      {likely === null && edge === undefined ? null : (
        <label className="quick-foot small">
          <input type="checkbox" checked={!alone} onChange={(event) => setAlone(!event.target.checked)} />
          {edge !== undefined
            ? words().canvas.quickAdd.into(nameOf(edge.from.node), nameOf(edge.to.node))
            : words().quickAdd.follows(nameOf(likely?.node ?? ''), likely?.port ?? '')}
        </label>
      )}
    </>
  );
}
