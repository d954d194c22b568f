import { Textarea } from '@mantine/core';
import { partOf, withPart, type AboutPart } from '../../engine/flow/about.ts';
import type { About } from '../../engine/flow/document.ts';
import { words } from '../words/index.ts';

interface AboutFieldsProps {
  about: About;
  onChange: (about: About, part: AboutPart) => void;
  /** Where one is done with a field. */
  onBlur?: () => void;
  disabled?: boolean;
  /** These alone; all, in rows of their own, where it is not said. */
  only?: readonly AboutPart[];
  /** A dialog that opens brings the keyboard to the first of them. */
  first?: boolean;
}

const ROWS: readonly (readonly AboutPart[])[] = [
  ['purpose'],
  ['businessOwner', 'flowOwner'],
  ['objective'],
  ['baseline', 'target'],
];
const LONGEST: Readonly<Record<AboutPart, number>> = {
  purpose: 2000,
  businessOwner: 120,
  flowOwner: 120,
  objective: 500,
  baseline: 120,
  target: 120,
};

/** The id of a field on the page: what a problem, and what is missing, leads to. */
export const aboutId = (part: AboutPart): string =>
  ['objective', 'baseline', 'target'].includes(part)
    ? `about-objective-${part === 'objective' ? 'text' : part}`
    : `about-${part}`;

/** What a flow is for, who answers for it and what it should make better, asked in plain words. */
export function AboutFields({ about, onChange, onBlur, disabled = false, only, first = false }: AboutFieldsProps) {
  const said: Readonly<Record<AboutPart, { label: string; help?: string }>> = {
    purpose: { label: words().flow.purpose, help: words().flow.purposeHelp },
    businessOwner: { label: words().flow.businessOwner },
    flowOwner: { label: words().flow.flowOwner },
    objective: { label: words().flow.objective, help: words().flow.objectiveHelp },
    baseline: { label: words().flow.baseline },
    target: { label: words().flow.target },
  };
  const rows = only === undefined ? ROWS : only.map((part) => [part]);
  const field = (part: AboutPart) => (
    <Textarea
      key={part}
      id={only === undefined ? aboutId(part) : undefined}
      autosize
      {...(first && part === rows[0]?.[0] ? { 'data-autofocus': true } : {})}
      minRows={part === 'purpose' ? 2 : 1}
      label={said[part].label}
      description={said[part].help}
      placeholder={words().flow.examples[part]}
      maxLength={LONGEST[part]}
      value={partOf(about, part)}
      readOnly={disabled}
      onBlur={onBlur}
      onChange={(event) => onChange(withPart(about, part, event.target.value), part)}
    />
  );
  return rows.map((row) =>
    row.length === 1 ? (
      row.map(field)
    ) : (
      <div key={row.join(' ')} className="two">
        {row.map(field)}
      </div>
    ),
  );
}
