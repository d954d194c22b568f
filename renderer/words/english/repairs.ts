/** What is offered about a problem. */

export const repairs = {
  did: (what: string) => `repair: ${what}`,
  connectTo: (name: string) => `Connect to “${name}”`,
  connectFrom: (name: string, exit: string) => `Connect from “${name}”${exit === '' ? '' : `, ${exit}`}`,
  addEnd: 'Add an end',
  addJoin: 'Add a join',
  addStart: 'Add a start',
  remove: (name: string) => `Remove “${name}”`,
  removeWire: 'Remove the wire',
  back: 'Mark it as going back',
  forward: 'Mark it as going forward',
  approval: (name: string) => `Put an approval before “${name}”`,
  approvalTitle: (name: string) => `May “${name}” be done?`,
  enable: 'Enable it',
  instead: (name: string) => `Use “${name}”`,
  drop: (name: string) => `Remove “${name}”`,
  connections: 'Open Connections',
  models: 'Open Models',
};
