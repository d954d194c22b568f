import { Modal } from '@mantine/core';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { words } from '../words.ts';

interface DialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The title is read out and not shown. */
  bare?: boolean;
  size?: number | string;
  /** High up, for what one types into; in the middle otherwise. */
  high?: boolean;
  children: ReactNode;
}

/** A dialog over the window. Escape and a click beside it close it; the keyboard stays within while it is open. */
export function Dialog({ opened, onClose, title, bare = false, size = 480, high = false, children }: DialogProps) {
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size} centered={!high} yOffset="12vh">
      <Modal.Overlay backgroundOpacity={0.4} />
      <Modal.Content {...(bare ? { 'aria-label': title, 'aria-labelledby': undefined } : {})}>
        {bare ? null : (
          <div className="dialog-head">
            <Modal.Title className="grow">{title}</Modal.Title>
            <button type="button" className="plain icon" aria-label={words.shell.close} onClick={onClose}>
              <X size={16} aria-hidden />
            </button>
          </div>
        )}
        <Modal.Body p={bare ? 0 : 16} pt={0}>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
