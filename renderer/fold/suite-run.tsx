import { Button, Progress } from '@mantine/core';
import { ListChecks, Square } from 'lucide-react';
import { runSuite, stopTesting } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';

/** Runs all scenarios of the open flow, or shows how far they are. */
export function SuiteRun({ quiet = false }: { quiet?: boolean }) {
  const running = useStudio((state) => state.sandbox.running);
  if (running !== 'suite')
    return (
      <Button
        data-tour="suite"
        leftSection={<ListChecks size={14} aria-hidden />}
        {...(quiet ? { variant: 'default' } : {})}
        onClick={() => void runSuite()}
      >
        {words().coverage.run}
      </Button>
    );
  return <SuiteProgress />;
}

/** How many of the scenarios have run, and a way to stop them. */
export function SuiteProgress() {
  const progress = useStudio((state) => state.sandbox.progress);
  const { done, all } = progress ?? { done: 0, all: 0 };
  return (
    <div className="row suite-run">
      <Progress
        className="grow"
        size="sm"
        value={all === 0 ? 0 : (done / all) * 100}
        aria-label={words().coverage.progress}
      />
      <span className="small quiet">{words().coverage.ran(done, all)}</span>
      <Button variant="default" leftSection={<Square size={14} aria-hidden />} onClick={() => void stopTesting()}>
        {words().coverage.stop}
      </Button>
    </div>
  );
}
