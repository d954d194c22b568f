import { counted } from '../ui/format.ts';

/** Texts of trying a case again; see the studio's words. */
export const words = {
  open: 'Try again',
  title: 'Try the case again',
  help: 'A new case is started, linked with this one. What was approved before is shown again, and nothing that was done is done twice unless you say so here.',
  where: 'Begin',
  failedStep: 'At the step where it stopped',
  failedStepHelp: 'With everything that the steps before it found out. They do not run again.',
  start: 'At the start',
  startHelp: 'With the same input. Everything runs again.',
  version: 'Version',
  release: (release: number, own: boolean) => (own ? `Release ${release}, as before` : `Release ${release}, newer`),
  reason: 'Why',
  reasonHint: 'What has changed since, for the record',
  done: (count: number) => `${counted(count, 'action was', 'actions were')} done already and would be done once more`,
  know: 'I know that these would be done again',
  act: 'Start the new case',
  retries: 'Another try of',
  retriedBy: 'Tried again as',
};
