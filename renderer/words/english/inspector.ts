import { counted, percent, plainNumber, twoPlaces } from '../../ui/numbers.ts';

/** The forms of a step, a wire and the flow, and what a case says of a step. */

export const inspector = {
  label: 'Inspector',
  name: 'Name',
  choose: 'Choose…',
  types: {
    record: 'record',
    oneOf: (count: number) => `one of ${count}`,
    listOf: (type: string) => `list of ${type}`,
    orNothing: (type: string) => `${type} or nothing`,
  },
  several: (nodes: number, edges: number) =>
    [nodes > 0 ? counted(nodes, 'step', 'steps') : '', edges > 0 ? counted(edges, 'wire', 'wires') : '']
      .filter((part) => part !== '')
      .join(' and '),
  unknownKind: 'This version of Countersign does not know this kind of step. It is kept as it is.',
  exits: 'Where it leads',
  leadsNowhere: 'nowhere yet',
  contract: 'What its contract says',
  goesIn: 'What goes in',
  names: 'Names that can be used here',
  newName: 'Name',
  nameOf: (name: string) => `Name of ${name}`,
  labelOf: (number: number) => `Label of line ${number}`,
  taken: 'This name is taken.',
  addNamed: 'Add a value',
  addFact: 'Add a line',
  newFact: (number: number) => `Line ${number}`,
  addItem: 'Add one',
  removeItem: (number: number) => `Remove number ${number}`,
  remove: (name: string) => (name === '' ? 'Remove' : `Remove ${name}`),
  mayBeEmpty: 'may be empty',
  unknownArgument: (name: string) => `“${name}” is not asked for here.`,
  openFlow: 'Open this flow',
  takeResults: 'Take its results over',
  noResults: 'It has no ends yet.',
  limited: (label: string) => `${label}: limited`,
  noLimit: 'Without limit.',
  unit: (label: string) => `${label}: unit`,
  ownShare: (label: string) => `${label}: set here`,
  modelsOwn: 'As the model’s card says.',
  modelsOwnBar: (bar: number) => `As the model’s card says: ${twoPlaces(bar)}.`,
  noModels:
    'This workspace has no model yet. Ask whoever looks after it to train one from labelled examples, or begin with a template that has one.',
  toModels: 'See under Models how one is made',
  modelAnswers: (question: string) => `It answers “${question}”.`,
  modelFacts: (version: string, choices: number, accuracy: number, rows: number) =>
    `Version ${version}, ${choices} choices; right in ${percent(accuracy)} of ${plainNumber(rows)} test rows.`,
};

export const units = {
  d: 'days',
  h: 'hours',
  min: 'minutes',
  s: 'seconds',
};

export const types = {
  string: 'text',
  number: 'number',
  boolean: 'yes or no',
  date: 'date',
  'date and time': 'date and time',
};

export const flow = {
  title: 'This flow',
  name: 'Title',
  nameMissing: 'A flow has a title.',
  purpose: 'What is it for?',
  purposeHelp: 'What is decided here, for whom, and what must never happen.',
  businessOwner: 'Answers for the result',
  flowOwner: 'Looks after the flow',
  objective: 'What should get better?',
  objectiveHelp: 'Something that can be counted.',
  baseline: 'How it is today',
  target: 'How it should be',
  examples: {
    purpose: 'Answers refund requests; never pays without a person above 50 €',
    businessOwner: 'Head of support',
    flowOwner: 'Support operations',
    objective: 'Half of all requests are settled at once',
    baseline: '9 h to an answer',
    target: '10 min',
  },
  input: 'What a case brings',
  inputHelp: 'The fields that a case starts with. Formulas read them as input.name.',
  addField: 'Add a field',
  newField: (number: number) => `field ${number}`,
  fieldName: (name: string) => `Name of the field ${name}`,
  fieldType: (name: string) => `Type of ${name}`,
  fieldValues: (name: string) => `Values that ${name} may have`,
  anyText: 'any text, or the values it may have: gold, silver',
  badName: 'A name has letters, digits, underscores and single spaces, and begins with a letter.',
  flags: { personal: 'personal', identifies: 'says who', optional: 'may be empty', protected: 'protected' },
  meaning: 'What it means',
  fieldMeaning: (name: string) => `What “${name}” means`,
  flagHelp: {
    personal: 'Sealed in the record with a key of its own, so that it can be erased.',
    optional: 'A case may start without it.',
    identifies: 'Says who the case is about: erasing a person finds their cases by it.',
    protected: 'Measured for fairness and withheld from models.',
  },
};

/** What goes in, what comes out, and mocks. */
export const stepCase = {
  title: 'In → out',
  scenario: 'Case',
  runTo: 'Run to here',
  running: 'Running the case',
  scenarios: 'Scenarios',
  recent: 'Run before',
  none: 'Choose a case and run it to here: you see what goes into the step and what comes out. Nothing real is touched.',
  noScenarios: 'This flow has no scenarios yet. Make a case, and see here what goes into the step and what comes out.',
  notReached: (name: string): string => `The case does not come to “${name}”.`,
  stale: 'The flow has changed since this case was run.',
  turn: 'Turn',
  turnOf: (number: number, all: number): string => `turn ${number} of ${all}`,
  in: 'In',
  out: 'Out',
  alsoThere: (count: number): string => (count === 1 ? '1 more value in reach' : `${count} more values in reach`),
  nothingIn: 'Nothing before it has a value.',
  waits: 'It waits here.',
  leaves: 'leaves by',
  // Mocks.
  mocks: 'Mock',
  mockHelp:
    'A made-up outcome that stands in the place of this step in the sandbox. It is kept with the tests and is never part of a release.',
  asItIs: 'no mock: the step runs',
  make: 'Make a mock',
  fromOutput: 'Make a mock of this output',
  edit: (name: string): string => `Edit the mock “${name}”`,
  remove: (name: string): string => `Delete the mock “${name}”`,
  name: 'Name of the mock',
  nameExample: 'lead approves',
  exit: 'Leaves by',
  value: 'Value',
  valueAsJson: 'Value, as JSON',
  asJson: 'Write it as JSON',
  nothing: 'nothing',
  given: (what: string): string => `There is “${what}”`,
  item: (what: string, number: number): string => `${what}, number ${number}`,
  addItem: (type: string): string => `Add one: ${type}`,
  removeItem: (what: string, number: number): string => `Remove number ${number} of “${what}”`,
  valueIs: (type: string): string => `The value is to be ${type}.`,
  noValue: 'By this exit the step leaves no value: null.',
  keep: 'Keep the mock',
  cancel: 'Cancel',
  newMock: (number: number): string => `mock ${number}`,
  mocked: (name: string): string => `mocked: ${name}`,
  cardMock: (name: string): string => `A mock stands in the place of this step: ${name}`,
  withMocks: (count: number): string => (count === 1 ? 'with 1 mock' : `with ${count} mocks`),
  notReal: 'With mocks a case proves nothing: it counts neither as a test nor as coverage, and no release holds it.',
  withoutMocks: 'Run without mocks',
  // Fields.
  listHint: 'red, blue',
  listOf: (type: string): string => `list of ${type}`,
};

/** The forms for tasks, for trying again, and for who is asked instead. */
export const instead = {
  parts: { model: 'The other model', table: 'The table', person: 'The person' },
  asks: {
    model: 'First another model',
    table: 'Then a decision table: its output is the choice',
    person: 'Then a person, who sees the guess',
  },
  freshRole: 'team lead',
  freshChoice: (number: number) => `choice ${number}`,
  addChoice: 'Add a choice',
  valueOf: (number: number) => `Choice ${number}`,
  readAs: (value: string) => `What the person reads for ${value}`,
};
