import { describe, expect, it } from 'vitest';
import { KINDS } from '../../nodes/index.ts';
import { connectorSchema } from '../../nodes/connector/config.ts';
import { diffFlows } from './diff.ts';
import { fieldsOf } from './form-fields.ts';
import { settingWords } from './setting-words.ts';
import { flowOf } from './testing/build.ts';

type Config = Record<string, unknown>;
const said = (kind: string, before: Config, after: Config, kinds = KINDS): string[] =>
  diffFlows(flowOf('One').node('Step', kind, before).build(), flowOf('One').node('Step', kind, after).build(), {
    kinds,
  }).map(({ sentence }) => sentence.replace('“Step”: ', ''));

const approval = {
  title: 'Credit',
  role: 'lead',
  count: 1,
  fourEyes: true,
  due: 'P1D',
  sendBack: false,
  show: [{ label: 'Amount', value: 'input.amount' }],
};

describe('a difference speaks of settings as their form does', () => {
  it('by label, and by the values that are shown there', () => {
    const after = {
      ...approval,
      due: null,
      fourEyes: false,
      count: 2,
      show: [{ label: 'Amount', value: 'input.sum' }],
    };
    expect(said('approval', approval, after)).toEqual([
      '“How many must agree” changed from 1 to 2.',
      '“Due in” changed from 1 d to empty.',
      '“Four eyes” changed from yes to no.',
      '“Show › Amount › Value” changed from “input.amount” to “input.sum”.',
    ]);
    // The control: of a kind that is not known nobody knows the form.
    expect(said('approval', approval, after, {})).toContain('“fourEyes” changed from true to false.');
  });

  it('within groups, and with names that a person gave as they are written', () => {
    const connector = {
      connection: 'shop',
      action: 'refund',
      arguments: { order: 'input.order', 'total sum': '1' },
      timeout: 'PT5S',
      retry: { attempts: 2, firstDelay: 'PT1S', factor: 2, maxDelay: 'PT5S' },
    };
    const retry = { ...connector.retry, attempts: 3, maxDelay: 'PT1M' };
    const after = { ...connector, retry, arguments: { order: 'input.id', 'total sum': '1' } };
    const labels = Object.fromEntries(fieldsOf(connectorSchema).map((field) => [field.key, field]));
    const inRetry = (key: string) => labels['retry']?.fields.find((field) => field.key === key)?.label ?? '';
    expect(said('connector', connector, after)).toEqual([
      `“${labels['arguments']?.label} › order” changed from “input.order” to “input.id”.`,
      `“${labels['retry']?.label} › ${inRetry('attempts')}” changed from 2 to 3.`,
      `“${labels['retry']?.label} › ${inRetry('maxDelay')}” changed from 5 s to 1 min.`,
    ]);
  });

  it('the kind of a step and its exits as the canvas does', () => {
    const before = flowOf('One').node('Step', 'approval', approval).node('Done', 'end', { result: 'r', value: {} });
    const after = flowOf('One').node('Step', 'approval', approval).node('Done', 'end', { result: 'r', value: {} });
    after.node('Tell', 'ai-decision', {}).edge('Step', 'approved', 'Done');
    const sentences = diffFlows(before.build(), after.build(), { kinds: KINDS }).map(({ sentence }) => sentence);
    expect(sentences).toEqual([
      'The step “Tell” (AI decision) was added.',
      'The wire from “Step” (approved) to “Done” was added.',
    ]);
  });

  it('has no setting of any kind under its key where its form has a label for it', () => {
    for (const { kind, schema } of Object.values(KINDS))
      for (const { key, label, fields } of fieldsOf(schema)) {
        expect(`${kind}: ${settingWords(schema, [key], []).what}`).toBe(`${kind}: “${label}”`);
        for (const inner of fields)
          expect(settingWords(schema, [key, inner.key], [{ [key]: {} }]).what).toBe(`“${label} › ${inner.label}”`);
      }
  });
});
