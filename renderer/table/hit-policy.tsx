import { Select } from '@mantine/core';
import { AGGREGATIONS, HIT_POLICIES } from '../../engine/dmn/hit-policy.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { setAggregation, setHitPolicy } from './model/edits.ts';
import { words } from '../words/index.ts';

/** The letter by which DMN writes the policy into the corner of a table: `F`, `C+`. */
export const policyLetter = ({ hitPolicy, aggregation }: DecisionTable): string =>
  words().table.policies[hitPolicy].letter + words().table.aggregations[aggregation ?? 'LIST'].letter;

interface HitPolicyProps {
  table: DecisionTable;
  readOnly: boolean;
  onChange: (table: DecisionTable) => void;
}

/** What happens when several rows match, each way with a sentence of its own; and what becomes of them for COLLECT. */
export function HitPolicyChooser({ table, readOnly, onChange }: HitPolicyProps) {
  return (
    <>
      <Select
        aria-label={words().table.hitPolicy}
        data={HIT_POLICIES.map((value) => ({ value, label: words().table.policies[value].name }))}
        value={table.hitPolicy}
        disabled={readOnly}
        w={216}
        maxDropdownHeight={480}
        comboboxProps={{ width: 400, position: 'bottom-start' }}
        renderOption={({ option }) => <Policy policy={option.value} />}
        onChange={(next) => {
          const policy = HIT_POLICIES.find((one) => one === next);
          if (policy !== undefined) onChange(setHitPolicy(table, policy));
        }}
      />
      {table.hitPolicy === 'COLLECT' ? (
        <Select
          aria-label={words().table.aggregation}
          data={(['LIST', ...AGGREGATIONS] as const).map((value) => ({
            value,
            label: words().table.aggregations[value].name,
          }))}
          value={table.aggregation ?? 'LIST'}
          disabled={readOnly}
          w={160}
          onChange={(next) => onChange(setAggregation(table, AGGREGATIONS.find((one) => one === next) ?? null))}
        />
      ) : null}
    </>
  );
}

function Policy({ policy: value }: { policy: string }) {
  const policy = HIT_POLICIES.find((one) => one === value);
  if (policy === undefined) return value;
  const { name, letter, means } = words().table.policies[policy];
  return (
    <span className="policy">
      <span className="policy-letter" aria-hidden>
        {letter}
      </span>
      <span className="grow">
        <span className="strong">{name}</span>
        <span className="small quiet block">{means}</span>
      </span>
    </span>
  );
}
