import { plainNumber, twoPlaces } from '../../ui/numbers.ts';

/** Models, by what their cards say. */

export const models = {
  title: 'Models',
  noneTitle: 'No models yet',
  none: 'A model answers one question from a text or from columns. Train one from labelled examples with “countersign models train”.',
  question: 'Question',
  right: 'Right',
  rightOf: (share: string, rows: number) => `${share} of ${plainNumber(rows)} test rows`,
  answers: 'Answers',
  answersAt: (bar: number, coverage: string, accuracy: string) =>
    `at ${twoPlaces(bar)} it answers ${coverage} of cases, ${accuracy} of them right`,
  calibrated: 'Calibrated',
  calibratedHint: 'When it says 80 %, it is right 80 % of the time.',
  calibratedBy: (error: string) => `off by ${error} on average`,
  owner: 'Owner',
  choices: 'Choices',
  limits: 'Limits',
};
