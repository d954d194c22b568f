import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { z } from '../../engine/flow/zod.ts';
import type { FormMeta } from '../../nodes/form.ts';
import { duration, feel, text } from '../../nodes/form.ts';
import { KINDS } from '../../nodes/index.ts';
import { freshConfig, payingFlow, surroundings } from '../test-kit/flows.ts';
import { ConfigForm } from './config-form.tsx';
import { changeConfig, fieldsOf, shownFields } from './schema-form.ts';
import { words } from '../words/index.ts';
import { WIDGETS } from './widgets.tsx';

/** A kind that no one in the renderer has ever heard of. */
const invented = z.strictObject({
  greeting: text({ label: 'What is said', help: 'Be brief.' }),
  loudness: z.number().int().min(1).max(10).meta({ label: 'How loud' }),
  tone: z.enum(['kind', 'firm']).meta({ label: 'Tone' }),
  when: feel({ label: 'When' }),
  pause: duration({ label: 'Pause' }).nullable(),
  quiet: z.boolean().meta({ label: 'At night too' }),
  again: z.strictObject({ most: z.number().min(0).meta({ label: 'Most' }) }).meta({ label: 'Again' }),
  people: z
    .array(z.strictObject({ who: z.string().meta({ label: 'Who' }), vip: z.boolean().meta({ label: 'Important' }) }))
    .meta({ label: 'People' }),
  unnamedField: z.string().optional(),
  odd: z.tuple([z.string(), z.number()]).meta({ label: 'Odd pair' }),
});
const config = {
  greeting: 'Hello',
  loudness: 3,
  tone: 'kind',
  when: 'input.message',
  pause: 'PT4H',
  quiet: true,
  again: { most: 2 },
  people: [{ who: 'Ada', vip: true }],
  odd: ['a', 1],
};

const draw = (schema: z.ZodType, of: Record<string, unknown>, readOnly = false): string =>
  renderToStaticMarkup(
    <MantineProvider>
      <ConfigForm
        node="n_x"
        schema={schema}
        config={of}
        scope={{ input: { kind: 'any' } }}
        surroundings={surroundings}
        flow={payingFlow()}
        problems={[]}
        pointedAt={null}
        readOnly={readOnly}
        onChange={() => {}}
        onDone={() => {}}
      />
    </MantineProvider>,
  );

describe('forms from schemas', () => {
  it('F1 every field of a kind that nobody knows appears with its label and value', () => {
    const html = draw(invented, config);
    for (const label of [
      'What is said',
      'How loud',
      'Tone',
      'When',
      'Pause',
      'At night too',
      'Most',
      'Who',
      'Important',
      'Unnamed field',
      'Odd pair',
    ])
      expect(html).toContain(label);
    for (const value of ['Hello', 'input.message', 'Ada', 'Be brief.']) expect(html).toContain(value);
    expect(draw(z.strictObject({}), {})).not.toContain('What is said');
  });

  it('F2 bounds, choices and emptiness are read off the schema', () => {
    const fields = Object.fromEntries(fieldsOf(invented).map((field) => [field.key, field]));
    expect(fields['loudness']).toMatchObject({ control: 'number', min: 1, max: 10, integer: true });
    expect(fields['tone']).toMatchObject({ control: 'choice', options: ['kind', 'firm'] });
    expect(fields['pause']).toMatchObject({ control: 'duration', nullable: true });
    expect(fields['again']?.fields.map(({ key }) => key)).toEqual(['most']);
    expect(fields['unnamedField']).toMatchObject({ control: 'text', optional: true });
  });

  it('F2 a limit that nobody set is none, whether it is null or missing', () => {
    const deadline = z.strictObject({ over: duration({ label: 'Over in' }).nullable().optional() });
    for (const of of [{}, { over: null }]) {
      expect(draw(deadline, of)).toContain(words().inspector.noLimit);
      expect(draw(deadline, of)).toContain('data-checked="false"');
    }
    expect(draw(deadline, { over: 'PT4H' })).not.toContain(words().inspector.noLimit);
  });

  it('F2 what may only be looked at is no grey field: it can be read, marked and copied', () => {
    const { odd: _slider, ...some } = config;
    const html = draw(invented.omit({ odd: true }), some, true);
    const fields = (from: string) => [...from.matchAll(/<(?:input|textarea)\b[^>]*>/g)].map(([tag]) => tag);
    expect(fields(html).filter((tag) => tag.includes('disabled'))).toEqual([]);
    const texts = fields(html).filter((tag) => !/type="(?:checkbox|hidden)"/.test(tag));
    expect(texts.length).toBeGreaterThan(5);
    for (const tag of texts) expect(tag.toLowerCase()).toContain('readonly');
    // The control: otherwise they are written in.
    expect(draw(invented, config)).toMatch(/<textarea(?![^>]*readonly)[^>]*>/i);
  });

  it('F3 a value is checked by the schema before it is taken', () => {
    expect(changeConfig(invented, config, ['loudness'], 11)).toMatchObject({
      ok: false,
      faults: [{ path: ['loudness'] }],
    });
    expect(changeConfig(invented, config, ['loudness'], 10)).toMatchObject({
      ok: true,
      config: { loudness: 10, greeting: 'Hello' },
    });
    expect(changeConfig(invented, config, ['people', 0, 'who'], 'Bo')).toMatchObject({
      ok: true,
      config: { people: [{ who: 'Bo', vip: true }] },
    });
    expect(changeConfig(invented, config, ['__proto__'], 'x').ok).toBe(false);
    expect(config.loudness).toBe(3);
  });

  it('F4 every kind’s form can be drawn, and every widget that kinds ask for is there', () => {
    for (const kind of Object.values(KINDS)) {
      const html = draw(kind.schema, freshConfig(kind.kind));
      const shown = shownFields(fieldsOf(kind.schema), freshConfig(kind.kind));
      for (const field of fieldsOf(kind.schema)) {
        expect(Object.keys(WIDGETS), `${kind.kind}.${field.key}`).toContain(field.control);
        // Without an action there is nothing yet to give arguments for.
        const isThere = html.includes(field.label) || field.control === 'arguments';
        expect(isThere, `${kind.kind}.${field.key}`).toBe(shown.includes(field));
      }
    }
    const asked: Record<NonNullable<FormMeta['widget']>, true> = {
      text: true,
      'long text': true,
      feel: true,
      'feel by name': true,
      table: true,
      'dmn model': true,
      several: true,
      choices: true,
      fallback: true,
      duration: true,
      share: true,
      model: true,
      connection: true,
      action: true,
      arguments: true,
      flow: true,
      results: true,
      columns: true,
      facts: true,
      names: true,
      fields: true,
      role: true,
    };
    expect(Object.keys(WIDGETS)).toEqual(expect.arrayContaining(Object.keys(asked)));
  });

  it('F5 P39 what stands in a config is text', () => {
    const html = draw(invented, {
      ...config,
      greeting: '<img src=x onerror=alert(1)>',
      when: '<script>alert(1)</script>',
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
  });
});
