import { Select, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import type { StudioAnswer } from '../../engine/studio/contract.ts';
import { words } from '../words/index.ts';
import { wordOf } from './status.ts';

/** What is asked for of the cases; null where anything will do. */
export interface Asked {
  search: string;
  flow: string | null;
  status: string | null;
  result: string | null;
}
export const ANY: Asked = { search: '', flow: null, status: null, result: null };

export const asksNothing = (asked: Asked): boolean =>
  asked.search.trim() === '' && asked.flow === null && asked.status === null && asked.result === null;

/** As the service is asked. */
export const questionOf = ({ search, flow, status, result }: Asked) => ({
  ...(search.trim() === '' ? {} : { search: search.trim() }),
  ...(flow === null ? {} : { flow }),
  ...(status === null ? {} : { status }),
  ...(result === null ? {} : { result }),
});

/**
 * The page after the one that is shown, as the last case of each page before it. Asked for once more while that page is
 * still on its way, it is the same page.
 * @param runs those that are shown
 */
export function olderPage(pages: readonly string[], runs: readonly { id: string }[]): readonly string[] {
  const last = runs.at(-1)?.id;
  return last === undefined || pages.includes(last) ? pages : [...pages, last];
}

interface FindCasesProps {
  asked: Asked;
  known: Pick<StudioAnswer<'runs'>, 'flows' | 'counts' | 'suspended' | 'results'>;
  onChange: (asked: Asked) => void;
}

/** Narrows the list of cases by number, flow, status and result. */
export function FindCases({ asked, known, onChange }: FindCasesProps) {
  const said = words().runs.find;
  const listed = [...Object.keys(known.counts), ...(known.suspended > 0 ? ['suspended'] : [])];
  const statuses = listed.map((value) => ({ value, label: wordOf(value) ?? value }));
  const clear = { clearable: true, clearButtonProps: { 'aria-label': said.clear }, size: 'xs' } as const;
  return (
    <div className="row wrap find-cases" role="search" aria-label={said.title}>
      <TextInput
        size="xs"
        className="grow"
        aria-label={said.search}
        placeholder={said.search}
        leftSection={<Search size={14} aria-hidden />}
        value={asked.search}
        maxLength={200}
        onChange={(event) => onChange({ ...asked, search: event.target.value })}
      />
      {known.flows.length < 2 ? null : (
        <Select
          {...clear}
          aria-label={words().runs.flow}
          placeholder={said.anyFlow}
          data={known.flows.map(({ flow, title }) => ({ value: flow, label: title }))}
          value={asked.flow}
          onChange={(flow) => onChange({ ...asked, flow })}
        />
      )}
      <Select
        {...clear}
        aria-label={words().runs.status}
        placeholder={said.anyStatus}
        data={statuses}
        value={asked.status}
        onChange={(status) => onChange({ ...asked, status })}
      />
      <Select
        {...clear}
        aria-label={words().runs.result}
        placeholder={said.anyResult}
        data={known.results}
        value={asked.result}
        onChange={(result) => onChange({ ...asked, result })}
      />
    </div>
  );
}
