import { counted, plainNumber } from '../../ui/numbers.ts';

/** The record. */

export const record = {
  title: 'Record',
  what: 'Everything that happened in real cases here, in order, in a log that cannot be changed without it showing.',
  loading: 'Loading the record',
  noneTitle: 'Nothing is on record yet',
  none: 'Once a case runs from a signed release, each step, answer, decision and action of it is written here, and a seal over all of it is signed. Export a flow, then start a case.',
  toCases: 'Go to cases',
  events: (count: number) => (count === 1 ? 'event' : 'events'),
  cases: (count: number) => (count === 1 ? 'case' : 'cases'),
  sealed: 'Last seal',
  sealedOver: (covered: number, time: string | null) =>
    `over ${counted(covered, 'event', 'events')}${time === null ? '' : `, ${time}`}`,
  neverSealed: 'none yet',
  lag: 'Not sealed yet',
  noLag: 'nothing: the seal covers everything',
  lagOf: (events: number) => counted(events, 'event', 'events'),
  root: 'Root',
  rootHint: 'One number over all events, in the order in which they happened (RFC 9162).',
  log: 'Log',
  troubles: 'To look into',
  verify: 'Is it whole?',
  verifyHelp:
    'Reads every event, works the tree out again, and compares it with the signed seals and with everything that is shown elsewhere. Cases go on meanwhile.',
  verifyNow: 'Verify now',
  verifyAgain: 'Verify again',
  stop: 'Stop',
  reading: (done: number, all: number) => `Reading events: ${plainNumber(done)} of ${plainNumber(all)}`,
  comparing: (done: number, all: number) =>
    `Comparing what is shown elsewhere: ${plainNumber(done)} of ${plainNumber(all)}`,
  shared: 'One verification serves every window of this studio: to stop it stops it for all.',
  beginning: 'Beginning…',
  progress: 'Verification',
  stopped: 'Stopped before the end, so nothing can be said.',
  holds: (events: number, took: string) => `Whole: ${counted(events, 'event', 'events')}, read in ${took}.`,
  broken: 'The record does not hold.',
  brokenHint:
    'Stop the engine and keep its folder as it is, as evidence. Go on from a backup that verifies against the same seals.',
  against: (size: number | null) =>
    size === null
      ? 'Held against no seal: there is none yet.'
      : `Held against the seal over ${counted(size, 'event', 'events')}.`,
  own: 'That seal is kept on this machine. Whoever rewrote the record could have rewritten it too: choose one that is kept elsewhere.',
  elsewhere: 'That seal was kept elsewhere.',
  unsigned: 'Its signature was not checked: the log’s key is not here.',
  atEvent: (seq: number) => `event ${plainNumber(seq)}`,
  chooseSeal: 'Seals kept elsewhere…',
  chosenSeals: (count: number) => counted(count, 'seal kept elsewhere', 'seals kept elsewhere'),
  forget: 'Take the seals of this machine',
  find: 'Find a case',
  findHelp: 'By its number, by the key that it was started under, or by whom it is about.',
  query: 'Number, key or person',
  example: 'A case number, an order, a customer’s number…',
  foundNone: 'No case on record is called that, or is about that.',
  by: {
    newest: 'one of the newest',
    number: 'by its number',
    key: 'by the key it was started under',
    person: 'by whom it is about',
  },
  found: 'How it was found',
  open: (id: string) => `Open the story of ${id}`,
  evidence: 'Evidence',
  export: (id: string) => `Export the evidence of ${id}`,
  exportShort: 'Export…',
  exportTitle: (id: string) => `Evidence of ${id}`,
  exportHelp:
    'One file with every event of the case, the release that it ran, the signatures, and the proof that all of it is under the seal. Anyone can verify it without Countersign, with the verifier that lies beside it.',
  between: 'Show that no event was left out',
  betweenHelp:
    'Adds the headers of all other events in between. They say what kind of thing happened when, and nothing else.',
  openSealed: 'Hand out what is personal',
  openSealedHelp: 'Adds the keys of the sealed parts. Hand such a file only to who may read them.',
  act: 'Export evidence',
  cancel: 'Cancel',
  exported: (file: string, events: number) => `${file} holds ${counted(events, 'event', 'events')}.`,
};
