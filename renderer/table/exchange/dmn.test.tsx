import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { exportDmn } from '../../../engine/dmn/exchange/export-dmn.ts';
import { rule, ruleFromDmn } from '../../../nodes/rule/config.ts';
import { ConfigForm } from '../../inspector/config-form.tsx';
import { payingFlow, surroundings } from '../../test-kit/flows.ts';
import { readChosen } from './dmn-files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const table = rule.initial().table;
if (table === undefined) throw new Error('a fresh rule has a table');
const exported = exportDmn({ ...table, inputs: [{ id: 'i1', expression: 'amount' }] }, 'Route', {
  amount: { kind: 'number' },
});
const importing = exported
  .replace('namespace="urn:countersign:dmn:definitions_Route"', 'namespace="urn:main"')
  .replace(
    '<decision ',
    '<import name="other" namespace="urn:countersign:dmn:definitions_Route" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/><decision ',
  );

const refusalOf = (files: Parameters<typeof readChosen>[0]): string => {
  const chosen = readChosen(files);
  return chosen.ok ? '' : `${chosen.file}: ${chosen.message}`;
};

describe('DMN files that were chosen', () => {
  it('are one model with what it imports, in whatever order they come', () => {
    const [main, other] = [
      { name: 'main.dmn', bytes: bytes(importing) },
      { name: 'other.dmn', bytes: bytes(exported) },
    ];
    for (const files of [
      [main, other],
      [other, main],
    ]) {
      const chosen = readChosen(files);
      expect(chosen).toMatchObject({ ok: true, file: 'main.dmn', problems: [], source: { imports: [exported] } });
    }
    expect(refusalOf([main])).toMatch(/^main.dmn: .*missing/);
  });

  it('are refused with the file that is wrong', () => {
    const files = [
      { name: 'good.dmn', bytes: bytes(exported) },
      { name: 'bad.dmn', bytes: bytes('<!DOCTYPE x><x/>') },
    ];
    expect(refusalOf(files)).toMatch(/^bad.dmn: .*DOCTYPE/);
  });
});

describe('the form of a rule with a model', () => {
  const change = ruleFromDmn(
    { text: exported, encoding: 'utf-8', imports: [] },
    'decision_Route',
    { input: { kind: 'context', open: false, fields: { amount: { kind: 'number' } } } },
    rule.initial(),
  );
  const draw = (config: Record<string, unknown>) =>
    renderToStaticMarkup(
      <MantineProvider>
        <ConfigForm
          node="n_x"
          schema={rule.schema}
          config={config}
          scope={{ input: { kind: 'any' } }}
          surroundings={surroundings}
          flow={payingFlow()}
          problems={[]}
          pointedAt={null}
          readOnly={false}
          onChange={() => {}}
          onDone={() => {}}
        />
      </MantineProvider>,
    );

  it('shows the decision, what stands for its inputs, and its table; and no table of its own', () => {
    if (!change.ok) throw new Error(change.message);
    const html = draw({ ...change.config });
    expect(html).toContain('DMN model');
    expect(html).toContain('value="Route"');
    expect(html).toContain('>input.amount</textarea>');
    expect(html).toContain('Edit the table of “Route”');
    expect(html).toContain('Make the table this step’s own');
    expect(html).not.toContain('Decision table</span>');
  });

  it('says that a document cannot be read', () => {
    const html = draw({ model: { lines: ['<x>'], decision: 'd', inputs: {} }, branchBy: null });
    expect(html).toContain('The DMN model cannot be read.');
  });
});
