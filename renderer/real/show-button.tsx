import { Button } from '@mantine/core';
import { Route } from 'lucide-react';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { canShow, showCase } from './acts.ts';

interface ShowButtonProps {
  run: string;
  flow: string | null;
  release: string | null;
}

/** Draws a real case on the canvas; nothing where its flow is not in this workspace. */
export function ShowButton({ run, flow, release }: ShowButtonProps) {
  const can = useStudio((state) => canShow(state, { flow, release }));
  return can ? (
    <Button variant="default" leftSection={<Route size={14} aria-hidden />} onClick={() => void showCase(run)}>
      {words().real.show}
    </Button>
  ) : null;
}
