import { Modal } from '@mantine/core';
import { X } from 'lucide-react';
import { useRef, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { words } from '../words/index.ts';
import { useFocusBack } from './focus-back.ts';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The title is read out and not shown. */
  bare?: boolean;
  size?: number | string;
  /** High up, for what one types into; in the middle otherwise. */
  high?: boolean;
  /** Over the whole window. Escape closes it when what stands in it has no use for the key. */
  full?: boolean;
  /** Its left upper corner, in pixels of the window; moved as far as it takes to be seen whole. */
  at?: { x: number; y: number } | null;
  children: ReactNode;
}

const EDGE = 8;
/** What opens at a place is given so much of the window's height at least. */
const ROOM = 320;

function placed({ x, y }: { x: number; y: number }, width: number | string): CSSProperties {
  const wide = typeof width === 'number' ? `${width}px` : width;
  return {
    position: 'fixed',
    margin: 0,
    width: wide,
    left: `clamp(${EDGE}px, ${x}px, calc(100vw - ${wide} - ${EDGE}px))`,
    top: `clamp(${EDGE}px, ${y}px, calc(100vh - ${ROOM + EDGE}px))`,
    maxHeight: `calc(100vh - max(${EDGE}px, min(${y}px, 100vh - ${ROOM + EDGE}px)) - ${EDGE}px)`,
  };
}

/**
 * A dialog over the window. Escape and a click beside it close it; the keyboard stays within while it is open, and goes
 * back to what opened it.
 */
export function Dialog({
  opened,
  onClose,
  title,
  bare = false,
  size = 480,
  high = false,
  full = false,
  at = null,
  children,
}: DialogProps) {
  const whole = useRef<HTMLDivElement>(null);
  useFocusBack(opened, whole);
  const onKeyDown = (event: KeyboardEvent): void => {
    const { target, currentTarget } = event;
    if (event.key !== 'Escape' || event.defaultPrevented || !(target instanceof Element)) return;
    // What hangs elsewhere in the window, such as a list that is open, closes itself.
    if (currentTarget.contains(target) && target.ariaExpanded !== 'true') onClose();
  };
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      size={size}
      centered={!high}
      yOffset="12vh"
      fullScreen={full}
      closeOnEscape={!full}
      returnFocus={false}
      classNames={full ? { content: 'dialog-full' } : {}}
      {...(at === null ? {} : { styles: { content: placed(at, size) } })}
    >
      <Modal.Overlay backgroundOpacity={at === null ? 0.4 : 0} />
      <Modal.Content {...(bare ? { 'aria-label': title, 'aria-labelledby': undefined } : {})}>
        {/* The content itself passes no key on. */}
        <div ref={whole} className="dialog-whole" onKeyDown={full ? onKeyDown : undefined}>
          {bare ? null : (
            <div className="dialog-head">
              <Modal.Title className="grow">{title}</Modal.Title>
              <button type="button" className="plain icon" aria-label={words().shell.close} onClick={onClose}>
                <X size={16} aria-hidden />
              </button>
            </div>
          )}
          <Modal.Body p={bare ? 0 : 16} pt={0}>
            {children}
          </Modal.Body>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}
