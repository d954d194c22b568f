import { counted, percent, plainNumber, twoPlaces } from '../../ui/numbers.ts';

/** Models, by what their cards say. */

export const models = {
  title: 'Models',
  what: 'What answers the questions of your flows, how often it was right on cases that it had never seen, and how sure it has to be.',
  noneTitle: 'No models yet',
  none: 'A model answers one question from a text or from columns, and says how sure it is. It is trained from labelled examples, and nothing leaves this machine. Ask whoever looks after this workspace: what they need is a table of past cases with the right answer beside each, and this command.',
  command: 'countersign models train',
  after: 'Its card is shown here, and AI decisions can ask it at once.',
  question: 'Question',
  reads: 'Reads',
  message: 'the message',
  right: 'Right',
  rightOf: (share: string, rows: number) => `${share} of ${plainNumber(rows)} test rows`,
  between: (from: string, to: string) => `On so many rows it may as well be anything from ${from} to ${to}.`,
  baseline: (share: string) => `Always giving the most frequent answer would get ${share}.`,
  answers: 'Answers',
  answersAt: (bar: number, coverage: string, accuracy: string) =>
    `at ${twoPlaces(bar)} it answers ${coverage} of cases, ${accuracy} of them right`,
  leftOut: (below: number, unlike: number) =>
    `${counted(below, 'test row was', 'test rows were')} left uncertain as not sure enough, ${plainNumber(unlike)} as unlike anything seen.`,
  calibrated: 'Calibrated',
  calibratedHint: () => `When it says ${percent(0.8)}, it is right ${percent(0.8)} of the time.`,
  calibratedBy: (error: string) => `off by ${error} on average`,
  owner: 'Owner',
  limits: 'Limits',
  usedBy: 'Asked by',
  asTable: 'As a table',
  rows: 'Test rows',
  reliability: {
    title: 'Is it as often right as it is sure?',
    label: (rows: number) => `How often it was right by how sure it was, on ${plainNumber(rows)} test rows`,
    across: 'how sure it was',
    up: 'how often right',
    help: 'On the line it is right exactly as often as it says; below it is too sure of itself. Larger dots stand for more rows.',
    bin: (sure: string, right: string, rows: number) =>
      `Sure at ${sure}, right in ${right} of ${counted(rows, 'row', 'rows')}`,
  },
  threshold: {
    title: 'How sure must it be?',
    label: 'What is answered, how often rightly, and what is left to people, by how sure it must be',
    across: 'how sure it must be',
    up: 'share of the test rows',
    slider: 'Try another bar',
    curves: { right: 'right, of what it answers', answered: 'answered', toPeople: 'left to people' },
    at: (bar: string, own: boolean) => (own ? `${bar}, as the card says` : bar),
    sentence: (bar: string, people: string, own: boolean) =>
      own
        ? `The card’s own bar is ${bar}. A flow may set another in its AI decision.`
        : `At ${bar}, ${people} of cases would be left to people. Set it in the AI decision of a flow; nothing changes here.`,
  },
  confusions: 'What is taken for what',
  pair: (choice: string, guess: string) => `${choice} → ${guess}`,
  confusedShare: (choice: string, share: string) => `${share} of the test rows that are “${choice}”`,
  choice: 'Choice',
  choicesOf: (count: number) => `The ${plainNumber(count)} choices, one by one`,
  precision: 'Right when it says so',
  precisionHint: 'Precision: of the rows that it guessed to be this, the share that was.',
  recall: 'Found',
  recallHint: 'Recall: of the rows that are this, the share that it found.',
  lineage: {
    title: 'Where it comes from',
    data: 'Examples',
    row: 'row',
    rows: 'rows',
    split: 'Split',
    splitOf: (training: string, calibration: string, test: string) =>
      `${training} to learn from, ${calibration} to calibrate, ${test} to test`,
    trainedWith: 'Trained with',
    seed: (seed: number) => `Seed ${seed}: the same examples and seed give the same model, byte by byte.`,
    calibration: 'Calibration',
    temperature: (temperature: string, rows: number) =>
      `temperature ${temperature}, fitted on ${counted(rows, 'held-out row', 'held-out rows')}`,
    artefact: 'Artefact',
    bytes: (kibibytes: string) => `${kibibytes} KiB`,
  },
};
