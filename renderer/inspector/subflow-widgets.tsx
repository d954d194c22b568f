import { Select } from '@mantine/core';
import { SquareArrowOutUpRight } from 'lucide-react';
import type { Flow } from '../../engine/flow/document.ts';
import { resultsOf } from '../../nodes/subflow/config.ts';
import { own } from '../document/describe.ts';
import { showFlow } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';
import { FieldFrame } from './field-frame.tsx';
import { pathKey } from './form-context.ts';
import { useField, type WidgetProps } from './use-field.ts';

/** The flows to choose from: all but the flow itself, which cannot contain itself; what is chosen is among them. */
export function choicesOf(
  flows: Readonly<Record<string, Flow>>,
  self: string | undefined,
  current: string | null,
): { value: string; label: string }[] {
  const titles = Object.values(flows).map(({ about }) => about.title);
  const options = Object.entries(flows)
    .filter(([path]) => path !== self || path === current)
    .map(([path, { about }]) => ({
      value: path,
      label: titles.filter((one) => one === about.title).length > 1 ? `${about.title} (${path})` : about.title,
    }));
  const missing = current !== null && !Object.hasOwn(flows, current);
  return missing ? [...options, { value: current, label: current }] : options;
}

/** The flow that a step stands for. Choosing one takes its results over as exits at once. */
export function FlowWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const { form } = field;
  const flows = form.surroundings.flows ?? {};
  const current = typeof value === 'string' && value !== '' ? value : null;
  const self = useStudio((state) => state.document?.path);
  const options = choicesOf(flows, self, current);
  const missing = current !== null && !Object.hasOwn(flows, current);
  const choose = (next: string | null) => {
    const flow = next === null ? undefined : own(flows, next);
    if (next !== null)
      form.set([], { ...form.config, [spec.key]: next, results: flow === undefined ? [] : resultsOf(flow) });
  };
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={form.refused.get(pathKey(path))?.message}
      problems={field.problems}
      aside={
        current === null || missing ? null : (
          <button
            type="button"
            className="plain icon"
            aria-label={words().inspector.openFlow}
            title={words().inspector.openFlow}
            onClick={() => showFlow(current)}
          >
            <SquareArrowOutUpRight size={14} aria-hidden />
          </button>
        )
      }
    >
      <Select
        aria-label={spec.label}
        placeholder={words().inspector.choose}
        data={options}
        value={current}
        searchable
        readOnly={form.readOnly}
        onChange={choose}
      />
    </FieldFrame>
  );
}

/** The exits that the results of the flow are, and how to bring them up to date. */
export function ResultsWidget({ spec, path, value }: WidgetProps) {
  const field = useField({ path, value });
  const { form } = field;
  const results: readonly unknown[] = Array.isArray(value) ? value : [];
  const flow =
    typeof form.config['flow'] === 'string' ? own(form.surroundings.flows ?? {}, form.config['flow']) : undefined;
  const now = flow === undefined ? [] : resultsOf(flow);
  const differs = flow !== undefined && pathKey(now) !== pathKey([...results].map(String).sort());
  return (
    <FieldFrame
      label={spec.label}
      help={spec.help}
      refused={form.refused.get(pathKey(path))?.message}
      problems={field.problems}
    >
      {results.length === 0 ? (
        <p className="quiet">{words().inspector.noResults}</p>
      ) : (
        <div className="row wrap">
          {results.map((result) => (
            <span key={String(result)} className="chip">
              {String(result)}
            </span>
          ))}
        </div>
      )}
      {differs ? (
        <button type="button" className="plain add" disabled={form.readOnly} onClick={() => field.set(now)}>
          {words().inspector.takeResults}
        </button>
      ) : null}
    </FieldFrame>
  );
}
