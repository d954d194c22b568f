import { Button, Select } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import type { Misfit, Repair } from '../../engine/studio/contract-renames.ts';
import { repair } from '../state/misfits.ts';
import { words } from '../words/index.ts';

/** Where scenarios speak of what the flow does not have, each with what would mend it. */
export function MisfitList({ misfits }: { misfits: readonly Misfit[] }) {
  if (misfits.length === 0) return null;
  return (
    <section className="misfits" aria-label={words().renames.misfits.title}>
      <h3>{words().renames.misfits.title}</h3>
      <ul className="problem-list">
        {misfits.map((misfit) => (
          <li key={`${misfit.path} ${misfit.message}`} className="misfit">
            <TriangleAlert size={16} color="var(--amber)" aria-label={words().renames.misfits.mark} role="img" />
            <div className="grow">
              <p>
                <strong>{words().renames.misfits.of(misfit.scenario)}</strong> {misfit.message}{' '}
                <span className="quiet">{misfit.hint}</span>
              </p>
              <Repairs misfit={misfit} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Renaming = Extract<Repair, { to: string }>;
const isRenaming = (one: Repair): one is Renaming => 'to' in one;

function Repairs({ misfit }: { misfit: Misfit }) {
  const renamings = misfit.repairs.filter(isRenaming);
  const drop = misfit.repairs.find((one) => !isRenaming(one));
  const [first] = renamings;
  // A far guess is offered among the others: what a scenario expects is not to be changed by a hasty click.
  const likely = first !== undefined && misfit.likely ? first : undefined;
  const others = renamings.filter((one) => one !== likely);
  const said = words().renames.misfits;
  return (
    <div className="row wrap misfit-repairs">
      {likely === undefined ? null : (
        <Button size="compact-sm" variant="default" onClick={() => void repair(misfit, likely)}>
          {said.is(likely.to)}
        </Button>
      )}
      {first === undefined || others.length === 0 ? null : (
        <Select
          size="xs"
          aria-label={said.meant(first.from)}
          placeholder={likely === undefined ? said.chooseOne : said.choose}
          data={others.map(({ to }) => to)}
          value={null}
          onChange={(to) => {
            const chosen = others.find((one) => one.to === to);
            if (chosen !== undefined) void repair(misfit, chosen);
          }}
        />
      )}
      {drop === undefined ? null : (
        <Button size="compact-sm" variant="subtle" onClick={() => void repair(misfit, drop)}>
          {said.drop}
        </Button>
      )}
    </div>
  );
}
