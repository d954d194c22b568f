import { counted, plainNumber } from '../../ui/numbers.ts';

const differences = ({ steps, wires, input }: { steps: number; wires: number; input: boolean }): string =>
  steps > 0
    ? counted(steps, 'step differs', 'steps differ')
    : wires > 0
      ? counted(wires, 'wire differs', 'wires differ')
      : input
        ? 'the input differs'
        : '';

/** What real cases did, drawn over the flow. */
export const real = {
  show: 'Show on canvas',
  shown: 'On the canvas',
  hide: 'Hide the case',
  hideTraffic: 'Hide traffic',
  strip: 'Real case on the canvas',
  case: (id: string) => `Case ${id}`,
  ranOn: (release: string) => `ran on release ${release}`,
  /** It is drawn over the release: the draft has moved on. */
  differs: (release: string, differs: { steps: number; wires: number; input: boolean }) =>
    `This case ran on release ${release}; ${differences(differs)} in the draft.`,
  moved: (release: string) => `This case ran on release ${release}, and the flow has been changed since.`,
  over: (release: string) => `Show on release ${release}`,
  story: 'Story',
  gone: (release: string) =>
    `Release ${release} is not in this workspace, so nothing can say what the case went through. Its story is under Cases.`,
  goneHint: 'Put the release’s files back into “releases”.',
  cases: (count: number) => counted(count, 'case', 'cases'),
  tab: {
    list: 'Last cases of this flow',
    loading: 'Loading cases',
    noneTitle: 'No real cases of this flow yet',
    none: 'Cases of a signed release are listed here. Choosing one draws its way over the flow.',
    hint: 'Choose a case to draw its way over the flow.',
    all: 'All cases',
    draw: (id: string) => `Draw case ${id} on the canvas`,
    storyOf: (id: string) => `Story of case ${id}`,
  },
  commands: {
    runs: 'Show the last cases of this flow',
    last: 'Draw the last case on the canvas',
    show: 'Draw the chosen case on the canvas',
    hide: 'Hide the case that is drawn',
    traffic: 'Show traffic',
    noTraffic: 'Hide traffic',
    also: 'runs real trace production',
    trafficAlso: 'counts heat load statistics cases',
  },
  load: {
    came: (count: number) => `${counted(count, 'time', 'times')} a case came here`,
    waiting: (count: number) => `${counted(count, 'case stands', 'cases stand')} here now`,
    took: (length: string) => `a turn takes ${length}, half of them less`,
    failed: (share: string, count: number) => `${share} of the turns failed (${plainNumber(count)})`,
    wait: (count: string) => `${count} here`,
    fail: (share: string) => `${share} failed`,
    fewer: 'under 1 %',
  },
  traffic: {
    title: 'Traffic',
    of: 'Traffic of',
    release: (release: number) => `Release ${release}`,
    scenarios: 'Scenarios, in the sandbox',
    since: 'Over',
    days: (days: number) => (days === 1 ? 'the last day' : `the last ${plainNumber(days)} days`),
    ever: 'all time',
    loading: 'Counting cases',
    none: 'No cases in that time.',
    cut: 'the newest ones; counting all would take too long',
    differs: (differs: { steps: number; wires: number; input: boolean }) => `${differences(differs)} in the draft`,
    moved: 'The flow has been changed since; this is the traffic of what it was.',
    again: 'Draw it again',
    noRelease: 'Traffic is counted of real cases. Sign a release and start a case, or run the scenarios first.',
    noReleaseHint: 'Export the flow, or choose “Run all scenarios”.',
  },
  outcomes: {
    title: 'How cases came out',
    help: 'Real cases on this machine’s engine, by release.',
    label: (of: string, parts: string) => `${of}: ${parts}`,
    part: (name: string, count: number, share: string) => `${name} ${plainNumber(count)} (${share})`,
    all: (count: number) => counted(count, 'case', 'cases'),
  },
};
