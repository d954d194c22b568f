import { Tooltip } from '@mantine/core';
import { useStudio } from '../state/store.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words/index.ts';
import { KIND_DATA } from './drag-kind.ts';
import { OFFERS, settingsOf } from './offers.ts';
import { addKind } from './quick-add.tsx';

/** The kinds, to be dragged onto the canvas or clicked. */
export function Palette() {
  const disabled = useStudio((state) => state.document === null || state.document.readOnly !== null);
  return (
    <ul className="palette" aria-label={words().palette.title}>
      {OFFERS.map((offer) => (
        <li key={offer.id}>
          <Tooltip label={offer.summary} position="right" multiline w={240}>
            <button
              type="button"
              className="plain palette-kind"
              disabled={disabled}
              draggable={!disabled}
              onDragStart={(event) => {
                event.dataTransfer.setData(KIND_DATA, offer.id);
                event.dataTransfer.effectAllowed = 'copy';
              }}
              onClick={() => addKind(offer.kind.kind, null, null, settingsOf(offer))}
            >
              <KindIcon icon={offer.icon} hue={offer.kind.hue} />
              {offer.label}
            </button>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
