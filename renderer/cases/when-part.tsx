import { TextInput } from '@mantine/core';
import { changeCase } from '../state/making.ts';
import { words } from '../words/index.ts';
import type { CaseDraft } from './draft.ts';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/;

/** When the case begins and who starts it, and what of the scenario is kept as it is in its file. */
export function WhenPart({ making: { scenario } }: { making: CaseDraft }) {
  const said = words().making;
  const records = Object.keys(scenario.records ?? {});
  const faults = Object.keys(scenario.faults ?? {});
  const start = scenario.start ?? '';
  const put = (part: 'start' | 'initiator', text: string): void => {
    const { [part]: _before, ...others } = scenario;
    changeCase({ scenario: text === '' ? others : { ...others, [part]: text } });
  };
  return (
    <>
      <details className="case-part">
        <summary className="small quiet">{said.when}</summary>
        <div className="case-fields">
          <TextInput
            label={said.start}
            placeholder={said.startHint}
            value={start}
            error={start === '' || MOMENT.test(start) ? undefined : said.badStart}
            onChange={(event) => put('start', event.target.value)}
          />
          <TextInput
            label={said.initiator}
            placeholder={said.initiatorHint}
            maxLength={120}
            value={scenario.initiator ?? ''}
            onChange={(event) => put('initiator', event.target.value)}
          />
        </div>
        <p className="small quiet">{said.time}</p>
      </details>
      <p className="small quiet">
        {said.systemsHelp} {records.length === 0 ? '' : said.keepsRecords(records)}{' '}
        {faults.length === 0 ? '' : said.keepsFaults(faults)}
      </p>
    </>
  );
}
