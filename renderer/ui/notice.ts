import { notifications } from '@mantine/notifications';
import { words } from '../words/index.ts';

const closing = () => ({ 'aria-label': words().shell.dismiss });

/** Says in the corner that something was done, and what follows from it. */
export const tell = (message: string): void => void notifications.show({ message, closeButtonProps: closing() });

const TO_READ_MS = 10_000;

/** Says in the corner why something could not be done. */
export const refuse = (message: string): void =>
  void notifications.show({ message, color: 'red', autoClose: TO_READ_MS, role: 'alert', closeButtonProps: closing() });
