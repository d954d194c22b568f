import type { FlowNode } from '../../engine/flow/document.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { ANY_VALUE, cardFacts, type CardTable } from '../document/card.ts';
import type { Description } from '../document/describe.ts';
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
        </>
      );
    case 'rule':
      return <Rows table={facts.table} policy={facts.hitPolicy} />;
    case 'sentence':
      return <Sentence text={facts.sentence} />;
  }
}

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
function Rows({ table: { heads, inputs, rows, more }, policy }: { table: CardTable; policy: string }) {
  return (
    <>
      <table className="card-table">
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
      <Line parts={[more > 0 ? words().canvas.card.more(more) : '', policy.toLowerCase()]} />
    </>
  );
}

const at = (place: number): string => `at ${place}`;
