import { Tooltip } from '@mantine/core';
import { KINDS } from '../../nodes/index.ts';
import { useStudio } from '../state/store.ts';
import { KindIcon } from '../ui/icons.tsx';
import { words } from '../words/index.ts';
import { KIND_DATA } from './drag-kind.ts';
import { addKind } from './quick-add.tsx';

/** The kinds, to be dragged onto the canvas or clicked. */
export function Palette() {
  const disabled = useStudio((state) => state.document === null || state.document.readOnly !== null);
  return (
    <ul className="palette" aria-label={words().palette.title}>
      {Object.values(KINDS).map((kind) => (
        <li key={kind.kind}>
          <Tooltip label={kind.summary} position="right" multiline w={240}>
            <button
              type="button"
              className="plain palette-kind"
              disabled={disabled}
              draggable={!disabled}
              onDragStart={(event) => {
                event.dataTransfer.setData(KIND_DATA, kind.kind);
                event.dataTransfer.effectAllowed = 'copy';
              }}
              onClick={() => addKind(kind.kind, null, null)}
            >
              <KindIcon icon={kind.icon} hue={kind.hue} />
              {kind.label}
            </button>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
