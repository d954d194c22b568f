import { Fingerprint, Gauge, Hourglass, ListOrdered } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FlowNode } from '../../engine/flow/document.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { ANY_VALUE, cardFacts, columnShares, type CardTable } from '../document/card.ts';
import type { Description } from '../document/describe.ts';
import { acrossCases, acrossShort } from '../pages/limit-words.ts';
import { lengthOf } from '../ui/format.ts';
import { words } from '../words/index.ts';

interface FactsProps {
  node: FlowNode;
  shown: Description;
  surroundings: Surroundings;
}

/** What matters of a step, on its card: model and bar, the first rows of a table, role and due time, system and action. */
export function Facts({ node, shown, surroundings }: FactsProps) {
  const facts = cardFacts(node, shown, surroundings);
  switch (facts.of) {
    case 'ai':
      return (
        <>
          <Sentence text={facts.question} />
          <Line
            parts={[
              facts.model === '' ? words().canvas.card.noModel : `${facts.model} ${facts.version ?? ''}`.trim(),
              facts.bar === null ? '' : words().canvas.card.sure(facts.bar.toFixed(2)),
            ]}
          />
          {facts.instead === null ? null : (
            <Line
              parts={[
                words().canvas.card.instead(
                  [
                    facts.instead.model,
                    facts.instead.rows === null ? null : words().canvas.card.rows(facts.instead.rows),
                    facts.instead.role,
                  ].filter((one) => one !== null && one !== ''),
                ),
              ]}
            />
          )}
        </>
      );
    case 'approval':
      return (
        <>
          <Sentence text={facts.title} />
          <Line
            parts={[
              facts.role === '' ? words().canvas.card.noRole : facts.role,
              facts.count > 1 ? words().canvas.card.agree(facts.count) : '',
              facts.dueMs === null ? words().canvas.card.waits : words().canvas.card.due(lengthOf(facts.dueMs)),
            ]}
          />
        </>
      );
    case 'action':
      return (
        <>
          <Sentence text={facts.title ?? ''} />
          <Line parts={[facts.connection, facts.action]} />
          <Across of={facts.across} />
        </>
      );
    case 'start':
      return (
        <>
          <Sentence text={facts.sentence} />
          {facts.orderBy === null ? null : (
            <Told
              icon={<ListOrdered size={12} aria-hidden />}
              text={words().canvas.card.oneAtATime(spoken(facts.orderBy))}
              title={words().canvas.card.oneAtATimeHint(facts.orderBy)}
            />
          )}
          {facts.deadlineMs === null ? null : (
            <Told
              icon={<Hourglass size={12} aria-hidden />}
              text={words().canvas.card.overIn(lengthOf(facts.deadlineMs))}
              title={words().canvas.card.overInHint}
            />
          )}
        </>
      );
    case 'rule':
      return <Rows table={facts.table} policy={facts.hitPolicy} />;
    case 'sentence':
      return <Sentence text={facts.sentence} />;
  }
}

/** A field of the input by its name alone; any other formula as it stands. */
const spoken = (formula: string): string => /^input\.([\p{L}_][\p{L}\p{N}_ ]*)$/u.exec(formula)?.[1] ?? formula;

/** What holds between cases: once for the same, and limits, each in a line with its whole sentence behind it. */
function Across({ of }: { of: Parameters<typeof acrossCases>[0] }) {
  const sentences = acrossCases(of);
  return acrossShort(of).map(({ what, text }, i) => (
    <Told
      key={text}
      icon={what === 'once' ? <Fingerprint size={12} aria-hidden /> : <Gauge size={12} aria-hidden />}
      text={text}
      title={sentences[i] ?? text}
    />
  ));
}

const Told = ({ icon, text, title }: { icon: ReactNode; text: string; title: string }) => (
  <p className="card-facts told" title={title}>
    {icon}
    <span className="clip">{text}</span>
  </p>
);

const Sentence = ({ text }: { text: string }) => (text === '' ? null : <p className="card-sentence">{text}</p>);

function Line({ parts }: { parts: readonly string[] }) {
  const text = parts.filter((part) => part !== '').join(' · ');
  return (
    <p className="card-facts clip" title={text}>
      {text}
    </p>
  );
}

/** The first rows of a decision table. Rows and columns of a document have no order but their own. */
function Rows({ table, policy }: { table: CardTable; policy: string }) {
  const { heads, inputs, rows, more, moreColumns } = table;
  return (
    <>
      <table className="card-table">
        <colgroup>
          {columnShares(table).map((share, i) => (
            <col key={at(i)} style={{ width: `${share}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={at(i)} className={i < inputs ? undefined : 'gives'} title={head}>
                {head.split('.').at(-1)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={at(r)}>
              {row.map((cell, i) => (
                <td key={at(i)} className={i < inputs ? undefined : 'gives'} title={cell}>
                  {cell === ANY_VALUE && i < inputs ? (
                    <span className="quiet">{words().canvas.card.otherwise}</span>
                  ) : (
                    cell
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Line
        parts={[
          more > 0 ? words().canvas.card.more(more) : '',
          moreColumns > 0 ? words().canvas.card.moreColumns(moreColumns) : '',
          policy.toLowerCase(),
        ]}
      />
    </>
  );
}

const at = (place: number): string => `at ${place}`;
