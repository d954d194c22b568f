/** A node of a Node-RED flow file: its kind, where each of its outputs leads, and its settings. */
export interface RedNode {
  id: string;
  type: string;
  z?: string;
  wires?: readonly (readonly string[])[];
  [setting: string]: unknown;
}

/** Its name in the folder of Node-RED's data. */
export const FLOW_FILE = 'flows.json';

const TAB = 'workloads';

const node = (id: string, type: string, wires: readonly (readonly string[])[], settings: object): RedNode => ({
  id,
  type,
  z: TAB,
  x: 0,
  y: 0,
  wires,
  ...settings,
});

const code = (id: string, func: string, to: string): RedNode =>
  node(id, 'function', [[to]], { func, outputs: 1, timeout: 0, initialize: '', finalize: '', libs: [] });

/** Makes the branch that was taken the answer, as JSON, and does `more` to the message. */
const answering = (id: string, branch: string, more: readonly object[] = []): RedNode =>
  node(id, 'change', [['answer']], {
    rules: [{ t: 'set', p: 'payload', pt: 'msg', to: JSON.stringify(branch), tot: 'str' }, ...more],
  });

/** From the caller to the branch: one node for each step of ours. */
const decided = (workload: string, approve: string, other: string): RedNode[] => [
  node(`${workload} in`, 'http in', [[`${workload} classify`]], { url: `/${workload}`, method: 'post', upload: false }),
  code(
    `${workload} classify`,
    'msg.said = global.get("workload").classify(msg.payload.text); return msg;',
    `${workload} decide`,
  ),
  code(
    `${workload} decide`,
    'msg.outcome = global.get("workload").decideByHand(msg.payload, msg.said.label); return msg;',
    `${workload} branch`,
  ),
  node(`${workload} branch`, 'switch', [[approve], [other]], {
    property: 'outcome',
    propertyType: 'msg',
    rules: [{ t: 'eq', v: 'approve', vt: 'str' }, { t: 'else' }],
    checkall: 'false',
    repair: false,
    outputs: 2,
  }),
];

/** The branch's own call of the target, with what it sends before it and the answer to the caller after it. */
const entered = (branch: string, target: string): RedNode[] => [
  code(
    `W1 fill ${branch}`,
    `const { bodyOf, headersOf } = global.get("workload");
     msg.headers = headersOf(msg.payload.id);
     msg.payload = bodyOf(msg.payload, { ...msg.said, outcome: msg.outcome, branch: ${JSON.stringify(branch)} });
     return msg;`,
    `W1 enter ${branch}`,
  ),
  node(`W1 enter ${branch}`, 'http request', [[`W1 ${branch}`]], {
    method: 'POST',
    url: `${target}/entries`,
    ret: 'obj',
    paytoqs: 'ignore',
    persist: true,
    authType: '',
    senderr: false,
    headers: [],
  }),
  // The headers of the target's answer are not the caller's.
  answering(`W1 ${branch}`, branch, [{ t: 'delete', p: 'headers', pt: 'msg' }]),
];

/**
 * W1 and W2 as a flow file of Node-RED. Its function nodes call what the global context holds as `workload`.
 *
 * @param target address that W1 posts to
 */
export const redFlows = (target: string): RedNode[] => [
  { id: TAB, type: 'tab', label: 'Workloads' },
  ...decided('W2', 'W2 approve', 'W2 other'),
  answering('W2 approve', 'approve'),
  answering('W2 other', 'other'),
  ...decided('W1', 'W1 fill approve', 'W1 fill other'),
  ...entered('approve', target),
  ...entered('other', target),
  // Without a status of its own it passes on the target's.
  node('answer', 'http response', [], { statusCode: '', headers: {} }),
];
