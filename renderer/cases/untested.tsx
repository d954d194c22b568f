import { Button } from '@mantine/core';
import { CircleDashed, Plus } from 'lucide-react';
import { newCase } from '../state/making.ts';
import { isUntested } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';

/** What a flow without scenarios lacks to be signed, and how it comes by it; nothing for any other. */
export function Untested() {
  const untested = useStudio(isUntested);
  if (!untested) return null;
  return (
    <div className="row wrap untested">
      <CircleDashed size={16} color="var(--amber)" aria-hidden />
      <span className="grow">{words().problems.untested}</span>
      <Button size="compact-sm" variant="default" leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
        {words().making.newCase}
      </Button>
    </div>
  );
}
