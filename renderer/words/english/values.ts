/** How values and lengths of time are told. */

export const values = {
  yes: 'yes',
  no: 'no',
  emptyText: 'empty text',
  emptyList: 'empty list',
  /** Of a record without members. */
  emptyRecord: 'nothing in it',
  now: 'now',
  ahead: (length: string) => `in ${length}`,
  ago: (length: string) => `${length} ago`,
  units: { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
};
