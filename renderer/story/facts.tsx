import type { StoryFact } from '../../engine/studio/contract.ts';
import { plainValue } from '../ui/format.ts';
import { isNested, Values } from '../ui/values.tsx';
import { words } from '../words/index.ts';

/** Values of a story, those of one sort together; personal ones say so, and erased ones that they are gone. */
export function Facts({ facts }: { facts: readonly StoryFact[] }) {
  const groups = Map.groupBy(facts, ({ what, seal }) => `${what} ${seal}`);
  return [...groups].map(([key, group]) => {
    const [first] = group;
    if (first === undefined) return null;
    return (
      <div key={key} className="told">
        <p className="small quiet strong">
          {words().story.facts[first.what]}
          {first.seal === 'open' ? null : (
            <span className="chip" title={words().story.sealed}>
              {first.seal === 'erased' ? words().story.erased : words().story.personal}
            </span>
          )}
        </p>
        {first.seal === 'erased' && group.every(({ name }) => name === '') ? null : <Group facts={group} />}
      </div>
    );
  });
}

function Group({ facts }: { facts: readonly StoryFact[] }) {
  const [first, ...more] = facts;
  if (first !== undefined && more.length === 0 && first.name === '') return <Values value={first.value} />;
  return (
    <dl className="values">
      {facts.map(({ name, value, seal, what }, i) => (
        // Two rows, or two requests, may go by one name.
        <div key={`${i} ${name}`} className={isNested(value) ? 'nested' : undefined}>
          <dt>{what === 'row' ? words().story.row(name) : name}</dt>
          <dd>
            {seal === 'erased' ? words().story.erased : isNested(value) ? <Values value={value} /> : plainValue(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
