import { counted } from '../../ui/numbers.ts';

/** Connections, and what may be done by them. */

export const connections = {
  title: 'Connections',
  what: 'What flows may do in other systems. A contract says it once; who runs the flow decides which real system stands behind it.',
  noneTitle: 'No connections yet',
  none: 'A connection names another system and what may be done there, with what it takes and whether it can be taken back. Flows can do nothing else.',
  where: 'connections/<name>.connection.json',
  after:
    'Put its contract there, and its actions are offered in every flow. Nothing is sent to anybody from this window.',
  owner: (owner: string) => `looked after by ${owner}`,
  takes: 'Takes',
  gives: 'Gives',
  usedBy: 'Used by',
  unused: 'no step',
  showStep: (step: string, flow: string) => `Show “${step}” of “${flow}”`,
  simulated: 'simulated here',
  simulatedHint:
    'In the sandbox and the engine of this window a made-up system answers. Nothing real can be reached from here.',
  notSimulated: 'not simulated',
  notSimulatedHint: 'No system of this workspace stands in for it, so no case that uses it can be tried here.',
  bound: (count: number) => `${counted(count, 'action', 'actions')} granted here`,
  notGranted: 'not granted here',
  notGrantedHint: 'The binding of this machine’s engine does not grant it: a release that needs it is refused.',
  production:
    'Which real system it is, with which rights, is decided by the operator of a production engine; this window does not know it.',
  undo: (action: string, within: string) => `“${action}” takes it back within ${within}.`,
  pause: {
    title: 'If its system is down',
    line: 'It is left alone after some failures in a row, and cases wait without using up an attempt. How many and how long is for whoever operates it.',
  },
  again: {
    title: 'If an answer is lost',
    key: (header: string) => `Sent again with the same key (${header}): the other side does it once.`,
    natural: 'Sent again: twice leaves the same as once.',
    askable: (action: string) => `“${action}” is asked whether it happened, before it is sent again.`,
    none: 'In doubt: never sent again by itself, a person finds out what happened.',
    read: 'Asked again: nothing is changed by asking.',
  },
  across: {
    once: (fields: string, within: string) =>
      `Done once for the same ${fields} in ${within}; after that it is refused.`,
    and: ' and ',
    count: (count: string, per: string) => `More than ${count} in ${per} wait for a person.`,
    onceShort: (fields: string, within: string) => `once per ${fields} in ${within}`,
    countShort: (count: string, per: string) => `up to ${count} in ${per}`,
    sumShort: (field: string, max: string, per: string) => `${field} up to ${max} in ${per}`,
    sum: (field: string, max: string, per: string) => `More than ${max} of “${field}” in ${per} waits for a person.`,
  },
};
