import { FLOW_FORMAT, FLOW_VERSION, flowSchema, type Flow } from './document.ts';
import { toErrorShape } from './error.ts';
import { asJson, parseStrict, prettyJson } from './json.ts';
import { FLOW_HISTORY, migrateFlow, newestVersion, type FlowHistory, type RawDocument } from './migrate.ts';
import { openFlow, type Kinds } from './open.ts';
import type { Problem } from './problem.ts';
import { sortProblems, type Path } from './problems.ts';
import { explainIssues, isRecord, plainPlace, toPath, valueAt } from './shape.ts';
import { inWords, quote } from './words.ts';

/** A flow may have no more nodes: what is worked out for each pair of them stays bounded, whoever wrote the document. */
export const MAX_NODES = 2000;
export const MAX_EDGES = 8000;

export interface FlowReading {
  /** The document when its shape holds, even if nodes of it are of unknown kinds or have unfit configs; else null. */
  flow: Flow | null;
  problems: Problem[];
  /** It was of an older version and is now of today's; saving it writes today's. */
  migrated: boolean;
  /** It is of a newer version: `flow`, if there is one, is for looking at and must not be saved. */
  newer: boolean;
}

/**
 * Reads a flow document. Never throws for what a text may hold: strict JSON, format, version, shape, kinds and configs
 * come back as problems with path, message and hint.
 */
export function readFlow(text: string, kinds: Kinds, history: FlowHistory = FLOW_HISTORY): FlowReading {
  let raw: unknown;
  try {
    raw = parseStrict(text);
  } catch (error) {
    const { message, hint } = toErrorShape(error);
    return refused([shape([], message, hint)]);
  }
  if (!isRecord(raw)) {
    return refused([
      shape([], `A flow document is an object; this is ${inWords(raw)}.`, 'Choose a file that ends in .flow.json.'),
    ]);
  }
  const newest = newestVersion(history);
  const head = headProblem(raw, history.oldest);
  if (head !== null) return refused([head]);
  const version = Number(raw['version']);
  if (version > newest) return readNewer(raw, version, newest);
  return readKnown(raw, version, kinds, history);
}

function readKnown(raw: RawDocument, version: number, kinds: Kinds, history: FlowHistory): FlowReading {
  let today = raw;
  try {
    today = migrateFlow(raw, version, kinds, history);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refused([
      shape(
        ['version'],
        `The document is of version ${version} and could not be brought to version ${newestVersion(history)}: ${why}.`,
        'Its content does not fit its version. Take an unchanged copy, or repair it in the version that wrote it.',
      ),
    ]);
  }
  const parsed = flowSchema.safeParse(today);
  if (!parsed.success) {
    const findings = explainIssues(parsed.error.issues, today, (path) => placeOf(path, today));
    return refused(findings.map(({ path, message, hint }) => shape(path, message, hint)));
  }
  const tooLarge = sizeProblem(parsed.data);
  if (tooLarge !== null) return refused([tooLarge]);
  const problems = sortProblems(openFlow(parsed.data, kinds).problems);
  return { flow: parsed.data, problems, migrated: version < newestVersion(history), newer: false };
}

function readNewer(raw: RawDocument, version: number, newest: number): FlowReading {
  const problem = shape(
    ['version'],
    `The flow was written by a newer Countersign: its document version is ${version}, this one knows up to ${newest}.`,
    'To change or run it, open it with the newer Countersign.',
  );
  return { flow: forLooking({ ...raw, version: FLOW_VERSION }), problems: [problem], migrated: false, newer: true };
}

/** As much of a newer document as this version can draw: what it does not know is left out. */
function forLooking(raw: RawDocument): Flow | null {
  const copy = structuredClone(raw);
  const first = flowSchema.safeParse(copy);
  if (first.success) return first.data;
  for (const issue of first.error.issues) {
    const holder = valueAt(copy, toPath(issue.path));
    if (issue.code !== 'unrecognized_keys' || !isRecord(holder)) return null;
    for (const key of issue.keys) Reflect.deleteProperty(holder, key);
  }
  return flowSchema.safeParse(copy).data ?? null;
}

function headProblem(raw: RawDocument, oldest: number): Problem | null {
  if (raw['format'] !== FLOW_FORMAT) {
    const is = raw['format'] === undefined ? 'has no format' : `has the format ${inWords(raw['format'])}`;
    return shape(
      ['format'],
      `The document ${is}; a flow has “${FLOW_FORMAT}”.`,
      'Choose a file that ends in .flow.json.',
    );
  }
  const version = raw['version'];
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= oldest) return null;
  const is = version === undefined ? 'has no version' : `has the version ${inWords(version)}`;
  return shape(
    ['version'],
    `The document ${is}.`,
    `Give it the version it was written with, a whole number from ${oldest}.`,
  );
}

/** Null, or why a flow is too large to be worked with. */
export function sizeProblem(flow: Flow): Problem | null {
  const nodes = Object.keys(flow.nodes).length;
  const edges = Object.keys(flow.edges).length;
  if (nodes <= MAX_NODES && edges <= MAX_EDGES) return null;
  return shape(
    [nodes > MAX_NODES ? 'nodes' : 'edges'],
    `The flow has ${nodes} steps and ${edges} wires; the most are ${MAX_NODES} and ${MAX_EDGES}.`,
    'Split it into several flows.',
  );
}

const shape = (path: Path, message: string, hint: string): Problem => ({
  code: 'DOCUMENT_SHAPE',
  severity: 'error',
  path,
  message,
  hint,
  ...(path[0] === 'nodes' && typeof path[1] === 'string' ? { node: path[1] } : {}),
  ...(path[0] === 'edges' && typeof path[1] === 'string' ? { edge: path[1] } : {}),
});

const refused = (problems: readonly Problem[]): FlowReading => ({
  flow: null,
  problems: sortProblems(problems),
  migrated: false,
  newer: false,
});

/** A path of a flow document as its owner would say it. */
function placeOf(path: Path, root: unknown): string {
  const [part, id, ...rest] = path;
  if (part === undefined) return 'the flow';
  if (id === undefined) return quote(String(part));
  const within = rest.length === 0 ? '' : `${plainPlace(rest)} of `;
  switch (part) {
    case 'nodes': {
      const name = valueAt(root, ['nodes', id, 'name']);
      return `${within}the step ${quote(typeof name === 'string' && name !== '' ? name : String(id))}`;
    }
    case 'edges':
      return `${within}the wire ${quote(String(id))}`;
    case 'input':
      return `${within}the input field ${quote(String(id))}`;
    case 'layout':
      return `${within}the place of ${quote(String(id))}`;
    case 'groups': {
      const name = valueAt(root, ['groups', id, 'name']);
      return `${within}the group ${quote(typeof name === 'string' && name !== '' ? name : String(id))}`;
    }
    case 'comments':
      return `${within}the comment ${quote(String(id))}`;
    default:
      return plainPlace(path);
  }
}

const TOP_LEVEL = ['format', 'version', 'about', 'input', 'nodes', 'edges', 'layout', 'groups', 'comments'] as const;

/**
 * The one text of a flow: top-level keys in reading order, everything below sorted, two spaces, a final newline. Equal
 * flows have equal texts; reading a text back gives an equal flow; writing what was read from such a text changes nothing.
 */
export function writeFlow(flow: Flow): string {
  // Line ends inside a text are escaped in JSON, so every newline here is one of the layout.
  const members = TOP_LEVEL.filter((key) => flow[key] !== undefined).map(
    (key) => `  ${JSON.stringify(key)}: ${prettyJson(asJson(flow[key])).trimEnd().replaceAll('\n', '\n  ')}`,
  );
  return `{\n${members.join(',\n')}\n}\n`;
}
