import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../engine/flow/problem.ts';
import { KINDS } from '../../nodes/index.ts';
import { freshConfig, payingFlow, surroundings } from '../test-kit/flows.ts';
import { typedNumber } from '../ui/typed-number.ts';
import { words } from '../words/index.ts';
import { FormContext, pathKey } from './form-context.ts';
import { NONE_REFUSED, stillRefused, withoutPath, withRefused, type Refused, type RefusedValue } from './refused.ts';
import { changeConfig, fieldsOf, type Path } from './schema-form.ts';
import { Field } from './widgets.tsx';

const at = (path: Path, instead: unknown): RefusedValue => ({
  path,
  value: 'no',
  message: 'It cannot be so.',
  instead,
});
const config = { loudness: 3, people: [{ age: 30 }, { age: 40 }] };

describe('values that a schema refused', () => {
  it('G1 stand in their field as long as the document says there what it said', () => {
    const refused = withRefused(NONE_REFUSED, at(['loudness'], 3));
    expect(stillRefused(refused, { ...config, people: [] })).toBe(refused);
    // It was undone, or changed by somebody else: what is true now is shown.
    expect(stillRefused(refused, { ...config, loudness: 7 }).size).toBe(0);
    // What is the same in other words is the same.
    const group = withRefused(NONE_REFUSED, at(['people'], [{ age: 30 }, { age: 40 }]));
    expect(stillRefused(group, structuredClone(config)).size).toBe(1);
  });

  it('G2 go with what holds them: they are not shown beside the item that comes into its place', () => {
    const second = withRefused(NONE_REFUSED, at(['people', 1, 'age'], 40));
    expect(withoutPath(second, ['people']).size).toBe(0);
    expect(withoutPath(second, ['people', 1, 'age']).size).toBe(0);
    for (const path of [['loudness'], ['people', 0], ['people', 1, 'name']])
      expect(withoutPath(second, path)).toBe(second);
    // Both at once: each keeps its own.
    const both = withRefused(second, at(['loudness'], 3));
    expect([...both.keys()]).toEqual([pathKey(['people', 1, 'age']), pathKey(['loudness'])]);
  });
});

const kind = KINDS['ai-decision'];
if (kind === undefined) throw new Error('there is such a kind');
const share = fieldsOf(kind.schema).find(({ control }) => control === 'share');
if (share === undefined) throw new Error('it has a share');

/** The field as it stands, with what is said of it. */
const drawnAs = ({ refused = NONE_REFUSED, problems = [] }: { refused?: Refused; problems?: Problem[] }): string =>
  renderToStaticMarkup(
    <MantineProvider>
      <FormContext
        value={{
          node: 'n_x',
          config: freshConfig('ai-decision'),
          scope: {},
          surroundings,
          flow: payingFlow(),
          problems,
          refused,
          pointedAt: null,
          readOnly: false,
          values: null,
          set: () => undefined,
          done: () => undefined,
        }}
      >
        <Field spec={share} path={[share.key]} value={0.8} />
      </FormContext>
    </MantineProvider>,
  );

/** The field as it stands while `value` is refused in it. */
const refusedShare = (value: unknown): Refused =>
  withRefused(NONE_REFUSED, { path: [share.key], value, message: 'It cannot be so.', instead: 0.8 });
const drawnWith = (value: unknown): string => drawnAs({ refused: refusedShare(value) });

describe('a share that is typed', () => {
  it('G3 key by key never loses its field: what is on the way to a number is one, and what is refused stays', () => {
    const taken = (value: unknown) => changeConfig(kind.schema, freshConfig('ai-decision'), [share.key], value).ok;
    for (const typed of ['0', '0.', '0.0', '0.05', '0.50', '1']) expect(taken(typedNumber(typed))).toBe(true);
    // The control: as it stands in the field it is a text, which is refused.
    expect(taken('0.')).toBe(false);
    for (const refused of ['0.', 1.5]) {
      expect(drawnWith(refused)).toMatch(/<input[^>]*type="text"/);
      expect(drawnWith(refused)).not.toContain(words().inspector.modelsOwnBar(0.8));
    }
    expect(drawnWith(null)).toContain(words().inspector.modelsOwn);
  });
});

describe('what is said of a field', () => {
  const said = (severity: Problem['severity']): Problem => ({
    code: 'BINDING_MISSING',
    severity,
    path: [share.key],
    message: 'It may not be so.',
    hint: 'Look again.',
  });

  it('G4 is drawn as a doubt where it is one, and as wrong where it is wrong or refused', () => {
    const isDoubt = (drawn: string): boolean => drawn.includes('own-field doubted');
    expect(isDoubt(drawnAs({ problems: [said('warning')] }))).toBe(true);
    expect(isDoubt(drawnAs({ problems: [said('error')] }))).toBe(false);
    expect(isDoubt(drawnAs({ problems: [said('warning')], refused: refusedShare(1.5) }))).toBe(false);
    expect(isDoubt(drawnAs({}))).toBe(false);
  });
});
