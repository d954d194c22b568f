import { counted } from '../../ui/numbers.ts';

/** Releases, and how one is made. */

export const releases = {
  title: 'Releases',
  loading: 'Loading releases',
  flow: 'Flow',
  number: 'Release',
  file: 'File',
  program: 'Program',
  noneTitle: 'No releases yet',
  none: 'A release is a flow frozen with its tests and the proof that it is safe, signed under a number. Engines run nothing else.',
};

export const exporting = {
  open: 'Sign and export',
  short: 'Export',
  title: (flow: string) => `Sign and export “${flow}”`,
  help: 'The flow is tested, proven safe, frozen and signed with your release key. What comes out is a file that an engine can check and run.',
  problems: (count: number) => `${counted(count, 'problem stands', 'problems stand')} in the way.`,
  showProblems: 'Show problems',
  showPath: 'Show what stands in the way',
  showTests: 'Show tests',
  release: 'Release number',
  notAfter: 'Not to be run after',
  badDate: 'A date such as 2027-12-31, or nothing.',
  note: 'What is new',
  act: 'Sign and export',
  saveAndAct: 'Save, sign and export',
  done: (release: number) => `Release ${release} is signed.`,
  keys: 'Signed by',
  tests: 'Tests',
  passed: (tests: number) => `${counted(tests, 'scenario', 'scenarios')} as expected`,
  close: 'Close',
};
