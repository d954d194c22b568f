import { Select } from '@mantine/core';
import { chosenScenario, runScenario, showRecent } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { sandboxTime } from '../ui/format.ts';
import { words } from '../words/index.ts';

interface CasePickerProps {
  label: string;
  width?: number;
  /** The step to run to; all of the case where none is named. */
  until?: string;
}

const BEFORE = 'before ';

/** A scenario of the flow, which is run when it is chosen, or a case that was run before, which is shown as it was. */
export function CasePicker({ label, width, until }: CasePickerProps) {
  const path = useStudio((state) => state.document?.path);
  const workspace = useStudio((state) => state.service.workspace);
  const chosen = useStudio(chosenScenario);
  const recent = useStudio((state) => state.sandbox.recent);
  const shown = useStudio((state) => state.sandbox.result);
  const scenarios = workspace?.flows.find((entry) => entry.path === path)?.scenarios ?? [];
  const at = recent.findIndex((one) => one.result === shown);
  const nameOf = ({ result }: (typeof recent)[number]): string => {
    const mocks = result.mocks.length === 0 ? '' : ` · ${words().stepCase.withMocks(result.mocks.length)}`;
    return `${result.scenario} · ${result.result ?? sandboxTime(result.clock)}${mocks}`;
  };
  const choose = (next: string | null): void => {
    if (next === null) return;
    const one = next.startsWith(BEFORE) ? recent[Number(next.slice(BEFORE.length))] : undefined;
    if (one !== undefined) showRecent(one);
    else void runScenario(next, until);
  };
  return (
    <Select
      aria-label={label}
      {...(width === undefined ? { className: 'grow' } : { w: width })}
      data={[
        {
          group: words().stepCase.scenarios,
          items: scenarios.map((scenario) => ({ value: scenario.path, label: scenario.name })),
        },
        // The last one is what is on the screen already.
        ...(recent.length < 2
          ? []
          : [
              {
                group: words().stepCase.recent,
                items: recent.map((one, i) => ({ value: `${BEFORE}${i}`, label: nameOf(one) })),
              },
            ]),
      ]}
      value={at > 0 ? `${BEFORE}${at}` : chosen}
      allowDeselect={false}
      onChange={choose}
    />
  );
}
