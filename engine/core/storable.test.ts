import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { feelValue } from '../feel/arbitrary.ts';
import { compileExpression } from '../feel/index.ts';
import {
  decodeValue,
  encodeValue,
  FeelFunction,
  FeelRange,
  formatValue,
  isFeelContext,
  isFeelList,
  type FeelValue,
} from '../feel/value.ts';
import { asJson, canonicalJson, parseStrict } from '../flow/json.ts';
import { storable } from './storable.ts';
import { approval, call, end, programOf, shopFlow } from './testing/flows.ts';
import { Play } from './testing/play.ts';

/** What is read back of a value once it has been through the journal's bytes. */
const back = (value: FeelValue): FeelValue => decodeValue(parseStrict(canonicalJson(asJson(encodeValue(value)))));

/** A value with the order in which its contexts list their entries, which equality does not look at. */
function ordered(value: FeelValue): unknown {
  if (isFeelContext(value)) return [...value].map(([key, member]) => [key, ordered(member)]);
  return isFeelList(value) ? value.map(ordered) : formatValue(value);
}

const HALF = '\uD83D';
const odd = fc.constantFrom('10', '9', '!', '01', '-1', 'a', HALF, `a${HALF}b`, '\uE000', '$', '$date', '__proto__');
const anything: fc.Arbitrary<FeelValue> = fc.letrec<{ value: FeelValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    feelValue,
    odd,
    fc.array(fc.tuple(odd, tie('value')), { maxLength: 8 }).map((entries) => new Map<string, FeelValue>(entries)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.tuple(odd, odd).map(([low, high]) => new FeelRange(low, high, true, false)),
  ),
})).value;

describe('a storable value', () => {
  it('reads back from the journal as it is, in the very order of its entries', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const kept = storable(value);
        expect(ordered(back(kept))).toEqual(ordered(kept));
        expect(ordered(storable(kept))).toEqual(ordered(kept));
      }),
      { numRuns: 400 },
    );
  });

  it('control: what was handed in does not, by order alone', () => {
    const value = new Map<string, FeelValue>([
      ['b', 1],
      ['a', 2],
    ]);
    expect(ordered(back(value))).not.toEqual(ordered(value));
  });

  it('takes no longer for what lies deep than for what does not', () => {
    let value: FeelValue = new Map<string, FeelValue>([
      ['b', 1],
      ['a', 2],
    ]);
    // At twice the work a level this would not end.
    for (let depth = 0; depth < 60; depth++) value = depth % 2 === 0 ? new Map([['a', value]]) : [value];
    expect(ordered(back(storable(value)))).toEqual(ordered(storable(value)));
  });

  it('holds no half characters and no functions, wherever they were', () => {
    const identity = new FeelFunction('f', [], { kind: 'function', parameters: [], result: { kind: 'any' } }, () => 1);
    const value = new Map<string, FeelValue>([
      [`k${HALF}`, [`v${HALF}`, identity]],
      ['f', identity],
    ]);
    expect(ordered(storable(value))).toEqual([
      ['f', 'null'],
      ['k\uFFFD', [formatValue('v\uFFFD'), 'null']],
    ]);
    expect(() => canonicalJson(asJson(encodeValue(storable(value))))).not.toThrow();
  });
});

describe('a value that is read through its entries', () => {
  const program = programOf(
    shopFlow()
      .node('Look', 'connector', call('read order'))
      .node('Agree', 'approval', approval())
      .node('Refund', 'connector', call('refund', { arguments: { order: 'string(get entries(Look))', amount: '1' } }))
      .node('Words', 'transform', { fields: { look: 'string(Look)', input: 'string(input)' } })
      .node(
        'Done',
        'end',
        end('done', { look: 'Words.look', input: 'Words.input', entries: 'string(get entries(Look))' }),
      )
      .node('Stopped', 'end', end('stopped'))
      .edge('Start', 'next', 'Look')
      .edge('Look', 'done', 'Agree')
      .edge('Look', 'refused', 'Stopped')
      .edge('Agree', 'approved', 'Refund')
      .edge('Agree', 'rejected', 'Stopped')
      .edge('Refund', 'done', 'Words')
      .edge('Refund', 'refused', 'Stopped')
      .edge('Words', 'next', 'Done')
      .build(),
  );
  const response = new Map<string, FeelValue>([
    ['total', 3],
    ['10', 'ten'],
    [
      '!',
      new Map<string, FeelValue>([
        ['z', 1],
        ['9', 2],
        [HALF, 3],
        ['a', 4],
        ['\uE000', 5],
      ]),
    ],
    ['9', 'nine'],
    ['order', `7${HALF}`],
    ['f', compileExpression('function(a) a', {}).evaluate(new Map()).value],
  ]);

  it('I1 says the same whether or not the engine died before, at every point of the run', () => {
    const course = (crashes: number) => {
      const run = new Play(program, { amount: 12, order: `x${HALF}` });
      const perhaps = (point: number) => {
        if ((crashes & (1 << point)) !== 0) run.crash();
      };
      perhaps(0);
      run.performed({ outcome: 'done', status: 200, response });
      perhaps(1);
      run.vote('approved');
      perhaps(2);
      // Known when it was approved, and the same by the time that it is sent: nobody is asked again.
      expect(run.command).toMatchObject({ command: 'perform', action: 'refund' });
      run.performed({ outcome: 'done', status: 200, response });
      expect(run.phase).toBe('done');
      return canonicalJson(
        asJson([encodeValue(run.state.ended?.value ?? null), run.of('call.intended')[0]?.body.digest]),
      );
    };
    const live = course(0);
    expect(live).toContain('ten');
    for (let crashes = 1; crashes < 8; crashes++) expect(course(crashes)).toBe(live);
  });
});
