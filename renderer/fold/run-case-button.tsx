import { Button, type ButtonProps } from '@mantine/core';
import { Play, Square } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { stopTesting } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';

/** Most cases take less, and their button would only flicker. */
const LONG_MS = 500;

interface RunCaseButtonProps extends ButtonProps {
  onRun: () => void;
  children: ReactNode;
}

/** A button that runs a case; one that takes long is stopped by it. */
export function RunCaseButton({ onRun, children, ...look }: RunCaseButtonProps) {
  const running = useStudio((state) => state.sandbox.running === 'scenario');
  const long = useLong(running);
  return (
    <Button
      {...look}
      leftSection={long ? <Square size={14} aria-hidden /> : <Play size={14} aria-hidden />}
      loading={running && !long}
      onClick={() => (long ? void stopTesting() : onRun())}
    >
      {long ? words().cases.stop : children}
    </Button>
  );
}

/** Has it gone on for long? */
function useLong(running: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!running) return undefined;
    const timer = setTimeout(() => setLong(true), LONG_MS);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [running]);
  return running && long;
}
