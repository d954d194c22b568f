import { counted } from '../../ui/numbers.ts';

/** Names that become others, and what follows them. */

const scenariosFollow = (count: number): string =>
  `${counted(count, 'scenario follows', 'scenarios follow')} the new names`;
const flowsFollow = (count: number): string =>
  count === 1 ? '1 flow that calls this one as well' : `${count} flows that call this one as well`;

export const renames = {
  did: 'follow a new name',
  /** What saving changed beside the flow; null where that is nothing. */
  followed: (scenarios: number, flows: number, left: readonly string[]): string | null => {
    const followed = [
      ...(scenarios > 0 ? [scenariosFollow(scenarios)] : []),
      ...(flows > 0 ? [flowsFollow(flows)] : []),
    ].join(', and ');
    const parts = [
      ...(followed === '' ? [] : [`Saved. ${followed}.`]),
      ...(left.length === 0 ? [] : [`These could not follow and are as they were: ${left.join(', ')}.`]),
    ];
    return parts.length === 0 ? null : parts.join(' ');
  },
  pending: {
    title: 'New names, not saved yet',
    arrow: (from: string, to: string): string => `“${from}” is “${to}” now`,
    scenarios: 'The scenarios of this flow follow when it is saved; until then they are run as if they had.',
    callers: (titles: readonly string[]): string => `Called by ${titles.join(', ')}: you are asked when you save.`,
    outside: 'Whoever starts cases from outside gives the new name from the next release on.',
  },
  callers: {
    title: 'Other flows call this one',
    text: (fields: readonly string[]): string => `They hand over what is called otherwise now: ${fields.join(', ')}.`,
    list: 'Flows that call this one',
    steps: (names: readonly string[]): string =>
      names.length === 1 ? `in its step ${names.join()}` : `in its steps ${names.join(', ')}`,
    draft: 'has changes that are not saved: it follows in its tab, and you save it there',
    pinned:
      'Releases are not touched: each keeps this flow as it was when it was signed. A flow that does not follow has a problem until its call is corrected, and cannot be released before.',
    follow: (count: number): string => (count === 1 ? 'Save, and let it follow' : 'Save, and let them follow'),
    stay: 'Save this flow only',
    cancel: 'Cancel',
  },
  misfits: {
    title: 'Scenarios that do not fit',
    mark: 'Scenario',
    of: (scenario: string): string => `${scenario}:`,
    meant: (from: string): string => `What “${from}” means`,
    is: (to: string): string => `It is “${to}”`,
    choose: 'Something else…',
    chooseOne: 'Choose what is meant…',
    drop: 'Take it out',
    mended: (scenario: string): string => `“${scenario}” is mended.`,
  },
};
