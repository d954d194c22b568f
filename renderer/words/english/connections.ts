/** Connections, and what may be done by them. */

export const connections = {
  title: 'Connections',
  noneTitle: 'No connections yet',
  none: 'A connection names another system and what may be done there, with what it takes and whether it can be taken back. Flows can do nothing else.',
  owner: (owner: string) => `looked after by ${owner}`,
  action: 'Action',
  takenBack: 'Can it be taken back?',
  takes: 'Takes',
  across: {
    once: (fields: string, within: string) =>
      `Done once for the same ${fields} in ${within}; after that it is refused.`,
    and: ' and ',
    count: (count: string, per: string) => `More than ${count} in ${per} wait for a person.`,
    sum: (field: string, max: string, per: string) => `More than ${max} of “${field}” in ${per} waits for a person.`,
  },
};
