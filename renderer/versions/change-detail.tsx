import { durationSchema } from '../../engine/connections/contract.ts';
import type { FlowChange } from '../../engine/flow/diff.ts';
import { nodeSchema } from '../../engine/flow/document.ts';
import { capitalised } from '../../engine/flow/words.ts';
import { surroundingsOf, useStudio } from '../state/store.ts';
import { describe } from '../document/describe.ts';
import { plainValue } from '../ui/format.ts';
import { Values } from '../ui/values.tsx';
import { pinChange, type ChangeGroup } from './compare.ts';
import type { Comparison } from './store.ts';
import { wordDiff, type Stretch } from './word-diff.ts';
import { words } from '../words/index.ts';

interface ChangeDetailProps {
  group: ChangeGroup;
  comparison: Comparison;
  leans: boolean;
}

/** Everything that changed of one thing, each with before and after. */
export function ChangeDetail({ group, comparison, leans }: ChangeDetailProps) {
  const pins = leans ? pinChange(group, comparison.before.whole.pinned, comparison.after.whole.pinned) : null;
  const none = group.mark === 'unread' ? words().versions.marks.unread : words().versions.compare.nothing;
  return (
    <>
      <h3>{group.what === 'about' ? words().versions.kinds.about : group.name}</h3>
      {pins === null ? null : (
        <p className="small quiet">
          {words().versions.compare.pins}{' '}
          <span className="mono">
            {pins.before ?? none} → {pins.after ?? none}
          </span>
        </p>
      )}
      {group.changes.map((change) => (
        <Change key={change.path.join('/')} change={change} />
      ))}
    </>
  );
}

function Change({ change }: { change: FlowChange }) {
  return (
    <div className="diff-change">
      <p>{change.row === undefined ? change.sentence : `${capitalised(change.row.words)}.`}</p>
      {change.row === undefined ? <BeforeAfter change={change} /> : <TableRow row={change.row} />}
    </div>
  );
}

/** A row of a table as it stood or stands there, under the heads of its columns. */
const TableRow = ({ row: { change, cells } }: { row: NonNullable<FlowChange['row']> }) => (
  <div className="diff-row-scroll scroll" tabIndex={0} role="region" aria-label={words().versions.compare.row}>
    <table className={`diff-row ${change}`}>
      <thead>
        <tr>
          {cells.map(({ head }, i) => (
            <th key={i} scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <tr>
          {cells.map(({ text }, i) => (
            <td key={i} className="mono">
              {text}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  </div>
);

/** Texts word by word, in one line each way; other values side by side. What the sentence says in full is not said twice. */
function BeforeAfter({ change: { change: how, before, after } }: { change: FlowChange }) {
  // A side that cannot be read is not a side without anything.
  if (how === 'unread' || (isShort(before) && isShort(after))) return null;
  const [one, other] = [textOf(before), textOf(after)];
  if (one !== null && other !== null) {
    const all = wordDiff(one, other);
    return (
      <div className="diff-texts mono">
        <Line label={words().versions.compare.before} all={all.filter(({ change }) => change !== 'added')} />
        <Line label={words().versions.compare.after} all={all.filter(({ change }) => change !== 'removed')} />
      </div>
    );
  }
  if (before === undefined && after === undefined) return null;
  return (
    <div className="diff-sides-values">
      <Side label={words().versions.compare.before} value={before} />
      <Side label={words().versions.compare.after} value={after} />
    </div>
  );
}

/** What the sentence says in full. */
const isShort = (value: unknown): boolean =>
  value === null ||
  ['undefined', 'number', 'boolean'].includes(typeof value) ||
  durationSchema.safeParse(value).success;

/** Null for what is no text that could be compared word by word; what is not there is an empty one beside a text. */
function textOf(value: unknown): string | null {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('\n');
  return typeof value === 'number' || typeof value === 'boolean' ? plainValue(value) : null;
}

function Line({ label, all }: { label: string; all: readonly Stretch[] }) {
  return (
    <>
      <span className="small quiet diff-label">{label}</span>
      <span className="diff-line">
        {all.length === 0 ? <span className="quiet">{words().versions.compare.nothing}</span> : null}
        {all.map(({ text, change }, i) =>
          change === 'removed' ? (
            <del key={i}>{text}</del>
          ) : change === 'added' ? (
            <ins key={i}>{text}</ins>
          ) : (
            <span key={i}>{text}</span>
          ),
        )}
      </span>
    </>
  );
}

function Side({ label, value }: { label: string; value: unknown }) {
  return (
    <div className="diff-side">
      <p className="small quiet">{label}</p>
      {value === undefined ? (
        <span className="quiet">{words().versions.compare.nothing}</span>
      ) : (
        <Value value={value} />
      )}
    </div>
  );
}

/** A step says what it does before it says how; what else there is is shown as it stands. */
function Value({ value }: { value: unknown }) {
  const surroundings = useStudio(surroundingsOf);
  const node = nodeSchema.safeParse(value).data;
  if (node === undefined) return <Values value={value} />;
  return (
    <>
      <p>{describe(node, surroundings).sentence}</p>
      <Values value={node.config} />
    </>
  );
}
