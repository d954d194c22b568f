import { describe, expect, it } from 'vitest';
import { STRICT_POLICY, type Policy } from '../connections/contract.ts';
import { checkFlow } from '../flow/check.ts';
import type { Flow } from '../flow/document.ts';
import { asJson, canonicalJson } from '../flow/json.ts';
import { hasErrors } from '../flow/problem.ts';
import { idOf } from '../flow/testing/build.ts';
import { unsafePathSchema } from '../studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety, safetyProofSchema, type SafetyProof } from './proof.ts';
import { AROUND, draw, policyOf, type Drawing, type TableDraft } from './testing/proof-kit.ts';

const AI = ['answered', 'uncertain', 'failed'];
const ACTED = ['done', 'refused', 'failed'];
const NOT_APPROVED = ['rejected', 'sent back', 'timed out'];
const UP_TO_50 = policyOf({ credit: 50 });

/** Proves a flow that is free of errors, and holds the proof to what every proof keeps. */
function prove(drawing: Drawing, policy: Policy = STRICT_POLICY): SafetyProof {
  const flow = drawing.build();
  const problems = checkFlow(flow, KINDS, AROUND);
  expect(problems.filter((problem) => hasErrors([problem]))).toEqual([]);
  const proof = proveSafety(flow, KINDS, AROUND, policy);
  expect(() => safetyProofSchema.parse(proof)).not.toThrow();
  expect(proof.safe).toBe(proof.unsafe.length === 0);
  expect(proof.safe).toBe(proof.effects.every((effect) => effect.verdict === 'safe'));
  for (const path of proof.unsafe) holdsTogether(path, flow);
  return proof;
}

/** The path is a way through the drawing, from an AI decision to the effect, and never through an approval. */
function holdsTogether(path: SafetyProof['unsafe'][number], flow: Flow): void {
  expect(unsafePathSchema.parse(path)).toEqual(path);
  expect(path.nodes[0]).toBe(path.ai);
  expect(path.nodes.at(-1)).toBe(path.effect.node);
  expect(flow.nodes[path.ai]?.kind).toBe('ai-decision');
  path.edges.forEach((id, i) => {
    const edge = flow.edges[id];
    expect([edge?.from.node, edge?.to.node]).toEqual([path.nodes[i], path.nodes[i + 1]]);
    expect(edge?.from.port).not.toBe('approved');
  });
  expect(path.edges).toHaveLength(path.nodes.length - 1);
}

const because = (proof: SafetyProof, name: string): string =>
  proof.effects.find((effect) => effect.node === idOf(name))?.because.join(' ') ?? '';

const wayOf = (proof: SafetyProof): readonly string[] | undefined => proof.unsafe[0]?.nodes;

/** Start → Topic → Credit, with what stands between left to the test. */
const topicFirst = (): Drawing => draw().ai('Topic').wire('Start', 'next', 'Topic');

const credit = (drawing: Drawing, amount = 'input.amount'): Drawing =>
  drawing.act('Credit', 'credit', { amount }).all('Credit', ACTED, 'Stop');

const PLAN: TableDraft = {
  inputs: ['Topic.choice', 'input.amount'],
  outputs: ['route', 'amount'],
  routes: ['pay', 'ask', 'stop'],
  rows: [
    ['"refund"', '<= 50', '"pay"', 'input.amount'],
    ['"refund"', '> 50', '"ask"', 'input.amount'],
    ['-', '-', '"stop"', '0'],
  ],
};

/** The shape of the support desk: small refunds go by themselves, large and doubtful ones by a person. */
function supportDesk({ approval = true, plan = PLAN } = {}): Drawing {
  const drawing = credit(topicFirst().rule('Plan', plan))
    .wire('Topic', 'answered', 'Plan')
    .wire('Plan', 'pay', 'Credit')
    .all('Plan', ['stop', 'otherwise'], 'Stop');
  if (!approval) return drawing.wire('Plan', 'ask', 'Credit').all('Topic', ['uncertain', 'failed'], 'Stop');
  return drawing
    .approval('Ask')
    .wire('Plan', 'ask', 'Ask')
    .all('Topic', ['uncertain', 'failed'], 'Ask')
    .wire('Ask', 'approved', 'Credit')
    .all('Ask', NOT_APPROVED, 'Stop');
}

describe('the support desk', () => {
  it('S5 is safe, and says by which row and by whom', () => {
    const proof = prove(supportDesk(), UP_TO_50);
    expect(proof.unsafe).toEqual([]);
    expect(because(proof, 'Credit')).toContain('“Ask”');
    expect(because(proof, 'Credit')).toContain('row “r1” of “Plan”');
    expect(because(proof, 'Credit')).not.toContain('r2');
  });

  it('S5 S10 without its approval is unsafe by the row that led past it', () => {
    const proof = prove(supportDesk({ approval: false }), UP_TO_50);
    expect(wayOf(proof)).toEqual(['n_topic', 'n_plan', 'n_credit']);
    expect(proof.unsafe[0]?.effect).toEqual({ node: 'n_credit', connection: 'billing', action: 'credit' });
    expect(proof.unsafe[0]?.reason).toContain('row “r2” of “Plan”');
    expect(proof.unsafe[0]?.reason).toContain('Lead this way through an approval between “Plan” and “Credit”');
  });

  it('S2 without a policy the small refunds need a person too', () => {
    expect(prove(supportDesk()).unsafe[0]?.reason).toContain('row “r1” of “Plan”');
    expect(prove(supportDesk(), policyOf({ credit: 49.99 })).safe).toBe(false);
    expect(prove(supportDesk(), policyOf({ credit: 50 })).safe).toBe(true);
  });
});

describe('S1 S2 effects', () => {
  const straight = (action: string, args: Readonly<Record<string, string>>): Drawing =>
    topicFirst().all('Topic', AI, 'Act').act('Act', action, args).all('Act', ACTED, 'Stop');

  it('S1 a read is no effect', () => {
    expect(prove(straight('look', {})).effects).toEqual([]);
  });

  it('S2 what cannot be taken back needs a person', () => {
    expect(wayOf(prove(straight('mail', { text: 'Topic.guess' })))).toEqual(['n_topic', 'n_act']);
  });

  it('S2 what can be taken back needs none, unless the policy names it', () => {
    const drawing = straight('tag', { amount: 'if Topic.choice = "fraud" then 60 else 1' });
    expect(prove(drawing).safe).toBe(true);
    expect(prove(drawing, policyOf({ tag: 60 })).safe).toBe(true);
    expect(prove(drawing, policyOf({ tag: 59 })).safe).toBe(false);
  });

  it('S1 an action that is not known counts as irreversible', () => {
    const flow = straight('tag', { amount: 'if Topic.choice = "fraud" then 1 else 2' }).build();
    const proof = proveSafety(flow, KINDS, { ...AROUND, connections: {} }, STRICT_POLICY);
    expect(proof.effects.map((effect) => effect.class)).toEqual(['irreversible']);
    expect(proof.safe).toBe(false);
  });

  it('a step that cannot be opened is not proved', () => {
    const flow = straight('tag', { amount: '1' }).build();
    const broken = { ...flow, nodes: { ...flow.nodes, n_odd: { kind: 'odd', name: 'Odd', config: {} } } };
    expect(() => proveSafety(broken, KINDS, AROUND, STRICT_POLICY)).toThrow('Odd');
  });
});

describe('S3 dependence', () => {
  const mailAfter = (text: string): Drawing =>
    topicFirst().all('Topic', AI, 'Mail').act('Mail', 'mail', { text }).all('Mail', ACTED, 'Stop');

  it('S3 an effect that every case reaches alike and that reads nothing of it is safe', () => {
    const proof = prove(mailAfter('input.message'));
    expect(because(proof, 'Mail')).toBe('It depends on no AI answer.');
  });

  it('S3 an argument that reads the answer depends on it, also through other steps', () => {
    expect(prove(mailAfter('Topic.guess')).safe).toBe(false);
    const through = topicFirst()
      .all('Topic', AI, 'Text')
      .transform('Text', { body: 'if Topic.choice = "fraud" then "a" else "b"' })
      .wire('Text', 'next', 'Mail')
      .act('Mail', 'mail', { text: 'Text.body' })
      .all('Mail', ACTED, 'Stop');
    expect(wayOf(prove(through))).toEqual(['n_topic', 'n_text', 'n_mail']);
  });

  it('S3 an effect that the exit of an AI decision leads to depends on it', () => {
    const proof = prove(
      topicFirst()
        .wire('Topic', 'uncertain', 'Mail')
        .all('Topic', ['answered', 'failed'], 'Stop')
        .act('Mail', 'mail', { text: 'input.message' })
        .all('Mail', ACTED, 'Stop'),
    );
    expect(proof.unsafe[0]?.ai).toBe('n_topic');
  });

  it('S3 an effect before the AI decision is safe', () => {
    const proof = prove(
      draw()
        .act('Mail', 'mail', { text: 'input.message' })
        .wire('Start', 'next', 'Mail')
        .all('Mail', ACTED, 'Topic')
        .ai('Topic')
        .all('Topic', AI, 'Stop'),
    );
    expect(proof.safe).toBe(true);
  });
});

describe('S4 approvals', () => {
  const asked = (exit: string): Drawing =>
    topicFirst()
      .approval('Ask')
      .all('Topic', AI, 'Ask')
      .all(
        'Ask',
        ['approved', ...NOT_APPROVED].filter((port) => port !== exit),
        'Stop',
      )
      .wire('Ask', exit, 'Mail')
      .act('Mail', 'mail', { text: 'Topic.guess' })
      .all('Mail', ACTED, 'Stop');

  it('S4 the exit approved clears what is pending', () => {
    const proof = prove(asked('approved'));
    expect(proof.safe).toBe(true);
    expect(because(proof, 'Mail')).toContain('“Ask”');
  });

  it.each(NOT_APPROVED)('S4 the exit %s does not', (exit) => {
    expect(wayOf(prove(asked(exit)))).toEqual(['n_topic', 'n_ask', 'n_mail']);
  });

  it('S4 a later answer is pending again, and only that one', () => {
    const drawing = topicFirst()
      .approval('Ask')
      .all('Topic', AI, 'Ask')
      .all('Ask', NOT_APPROVED, 'Stop')
      .wire('Ask', 'approved', 'Tone')
      .ai('Tone')
      .all('Tone', AI, 'Mail')
      .act('Mail', 'mail', { text: 'string join([Topic.guess, Tone.guess])' })
      .all('Mail', ACTED, 'Stop');
    expect(wayOf(prove(drawing))).toEqual(['n_tone', 'n_mail']);
  });

  it('S4 a later answer on which the effect does not depend changes nothing', () => {
    const drawing = topicFirst()
      .approval('Ask')
      .all('Topic', AI, 'Ask')
      .all('Ask', NOT_APPROVED, 'Stop')
      .wire('Ask', 'approved', 'Tone')
      .ai('Tone')
      .all('Tone', AI, 'Mail')
      .act('Mail', 'mail', { text: 'Topic.guess' })
      .all('Mail', ACTED, 'Stop');
    expect(prove(drawing).safe).toBe(true);
  });

  it('S5 S10 of several ways the one without an approval is found, the shortest first', () => {
    const drawing = topicFirst()
      .approval('Ask')
      .wire('Topic', 'answered', 'Ask')
      .wire('Topic', 'uncertain', 'Long')
      .transform('Long', { x: '1' })
      .wire('Long', 'next', 'Mail')
      .wire('Topic', 'failed', 'Mail')
      .wire('Ask', 'approved', 'Mail')
      .all('Ask', NOT_APPROVED, 'Stop')
      .act('Mail', 'mail', { text: 'Topic.guess' })
      .all('Mail', ACTED, 'Stop');
    const proof = prove(drawing);
    expect(wayOf(proof)).toEqual(['n_topic', 'n_mail']);
  });
});

describe('S5 back edges', () => {
  it('S5 an approval is passed by when a back edge leads behind it to a new answer', () => {
    const drawing = (repaired: boolean): Drawing =>
      topicFirst()
        .all('Topic', AI, 'Check')
        .rule('Check', {
          inputs: ['input.amount'],
          outputs: ['route'],
          routes: ['ask', 'send'],
          rows: [
            ['> 50', '"ask"'],
            ['-', repaired ? '"ask"' : '"send"'],
          ],
        })
        .wire('Check', 'ask', 'Ask')
        .all('Check', ['send', 'otherwise'], 'Mail')
        .approval('Ask')
        .back('Ask', 'sent back', 'Topic')
        .all('Ask', ['rejected', 'timed out'], 'Stop')
        .wire('Ask', 'approved', 'Mail')
        .act('Mail', 'mail', { text: 'Topic.guess' })
        .all('Mail', ACTED, 'Stop');
    expect(prove(drawing(true)).safe).toBe(true);
    expect(prove(drawing(false)).safe).toBe(false);
  });

  it('S4 S5 approved before, asked again by a back edge: pending again', () => {
    const drawing = topicFirst()
      .all('Topic', AI, 'Gate')
      .rule('Gate', {
        inputs: ['Again.decision'],
        outputs: ['route'],
        routes: ['first', 'later'],
        rows: [
          ['"sent back"', '"later"'],
          ['-', '"first"'],
        ],
      })
      .wire('Gate', 'first', 'Ask')
      .all('Gate', ['later', 'otherwise'], 'Mail')
      .approval('Ask')
      .all('Ask', NOT_APPROVED, 'Stop')
      .wire('Ask', 'approved', 'Again')
      .approval('Again')
      .back('Again', 'sent back', 'Topic')
      .all('Again', ['approved', 'rejected', 'timed out'], 'Mail')
      .act('Mail', 'mail', { text: 'Topic.guess' })
      .all('Mail', ACTED, 'Stop');
    expect(wayOf(prove(drawing))).toEqual(['n_topic', 'n_gate', 'n_mail']);
  });
});

describe('S6 rows', () => {
  /** Small amounts are paid by the table, all else is stopped. */
  const table = (draft: Partial<TableDraft>): Drawing =>
    credit(
      topicFirst()
        .all('Topic', AI, 'Plan')
        .rule('Plan', {
          inputs: ['input.amount', 'Topic.choice'],
          outputs: ['route'],
          routes: ['pay', 'stop'],
          rows: [],
          ...draft,
        })
        .wire('Plan', 'pay', 'Credit')
        .all('Plan', ['stop', 'otherwise'], 'Stop'),
    );
  const safe = (draft: Partial<TableDraft>): boolean => prove(table(draft), UP_TO_50).safe;

  it('S6 under FIRST what earlier rows take is known not to come', () => {
    const rows = [
      ['> 50', '-', '"stop"'],
      ['-', '-', '"pay"'],
    ];
    expect(safe({ rows })).toBe(true);
    expect(safe({ rows: rows.toReversed() })).toBe(false);
    expect(
      safe({
        rows: [
          ['> 50', '"refund"', '"stop"'],
          ['-', '-', '"pay"'],
        ],
      }),
    ).toBe(false);
    expect(
      safe({
        rows: [
          ['> 60', '-', '"stop"'],
          ['(50..60]', '-', '"stop"'],
          ['-', '-', '"pay"'],
        ],
      }),
    ).toBe(true);
  });

  it('S6 under ANY and PRIORITY each row speaks for itself', () => {
    const rows = [
      ['> 50', '-', '"stop"'],
      ['-', '-', '"pay"'],
    ];
    expect(safe({ rows, hitPolicy: 'UNIQUE' })).toBe(true);
    expect(safe({ rows, hitPolicy: 'ANY' })).toBe(false);
    expect(safe({ rows, hitPolicy: 'PRIORITY' })).toBe(false);
    expect(safe({ rows: [['<= 50', '-', '"pay"']], hitPolicy: 'ANY' })).toBe(true);
  });

  it('S6 a row that can never be taken leads nowhere', () => {
    expect(
      safe({
        rows: [
          ['-', '-', '"stop"'],
          ['-', '-', '"pay"'],
        ],
      }),
    ).toBe(true);
  });

  it('S6 an exit that cannot be told is every exit', () => {
    expect(safe({ rows: [['-', '-', 'Topic.guess']] })).toBe(false);
    expect(safe({ rows: [['-', '-', 'if input.other > 1 then "stop" else "none"']] })).toBe(true);
  });

  it('S6 defaults count where no row matches', () => {
    const rows = [['<= 50', '-', '"pay"']];
    expect(safe({ rows })).toBe(true);
    expect(safe({ rows, defaults: { route: '"stop"' } })).toBe(true);
    expect(safe({ rows, defaults: { route: '"pay"' } })).toBe(false);
  });

  it('S6 what one rule found out holds at the next', () => {
    const twice = (first: string, second: string): Drawing =>
      credit(
        topicFirst()
          .all('Topic', AI, 'Small')
          .rule('Small', { inputs: ['input.amount'], outputs: ['route'], routes: ['on'], rows: [[first, '"on"']] })
          .wire('Small', 'on', 'Large')
          .wire('Small', 'otherwise', 'Stop')
          .rule('Large', {
            inputs: ['input.amount', 'Topic.choice'],
            outputs: ['route'],
            routes: ['pay'],
            rows: [[second, '"refund"', '"pay"']],
          })
          .wire('Large', 'pay', 'Credit')
          .wire('Large', 'otherwise', 'Stop'),
      );
    expect(prove(twice('<= 50', '> 50')).safe).toBe(true);
    expect(because(prove(twice('<= 50', '> 50')), 'Credit')).toBe(
      'No case in which an AI answer is pending gets here.',
    );
    expect(prove(twice('<= 50', '>= 50')).safe).toBe(false);
    expect(prove(twice('<= 50', '-'), UP_TO_50).safe).toBe(true);
  });

  it('S6 the exit of an AI decision tells whether there is a choice', () => {
    const drawing = (exit: string): Drawing =>
      credit(
        topicFirst()
          .wire('Topic', exit, 'Plan')
          .all(
            'Topic',
            AI.filter((port) => port !== exit),
            'Stop',
          )
          .rule('Plan', {
            inputs: ['Topic.choice'],
            outputs: ['route'],
            routes: ['pay'],
            rows: [['"refund"', '"pay"']],
          })
          .wire('Plan', 'pay', 'Credit')
          .wire('Plan', 'otherwise', 'Stop'),
      );
    expect(prove(drawing('answered')).safe).toBe(false);
    expect(prove(drawing('uncertain')).safe).toBe(true);
  });

  it('S6 a table that collects tells nothing', () => {
    const drawing = credit(
      topicFirst()
        .all('Topic', AI, 'Plan')
        .rule('Plan', { inputs: ['input.amount'], outputs: ['x'], rows: [['<= 50', '1']], hitPolicy: 'COLLECT' })
        .wire('Plan', 'next', 'Gate')
        .rule('Gate', { inputs: ['Topic.choice'], outputs: ['route'], routes: ['pay'], rows: [['"refund"', '"pay"']] })
        .wire('Gate', 'pay', 'Credit')
        .wire('Gate', 'otherwise', 'Stop'),
    );
    expect(prove(drawing, UP_TO_50).safe).toBe(false);
  });

  it('S6 a table that may outrun its budget may leave by otherwise whatever its rows say', () => {
    const drawing = (column: string): Drawing =>
      credit(
        topicFirst()
          .all('Topic', AI, 'Plan')
          .rule('Plan', {
            inputs: [column, 'Topic.choice'],
            outputs: ['route'],
            routes: ['stop'],
            rows: [['-', '-', '"stop"']],
          })
          .wire('Plan', 'stop', 'Stop')
          .wire('Plan', 'otherwise', 'Credit'),
      );
    expect(prove(drawing('input.amount')).safe).toBe(true);
    expect(prove(drawing('count(for i in 1..input.amount return i)')).safe).toBe(false);
  });
});

describe('S7 S8 what is known', () => {
  /** A rule without exits, then a formula, then the credit of `amount`; Topic decides whether it comes to that. */
  const worked = (draft: TableDraft, fields: Readonly<Record<string, string>>, amount: string): Drawing =>
    credit(
      topicFirst()
        .wire('Topic', 'answered', 'Plan')
        .all('Topic', ['uncertain', 'failed'], 'Stop')
        .rule('Plan', draft)
        .wire('Plan', 'next', 'Work')
        .transform('Work', fields)
        .wire('Work', 'next', 'Credit'),
      amount,
    );
  const plan = (cell: string): TableDraft => ({
    inputs: ['input.amount'],
    outputs: ['amount'],
    rows: [
      ['<= 50', cell],
      ['-', '0'],
    ],
  });
  const none = { x: '1' };

  it.each([
    ['a column that is the output', 'input.amount', none, 'Plan.amount', true],
    ['a column that is spelled differently', '( input . amount )', none, 'Plan.amount', true],
    ['a literal', '50', none, 'Plan.amount', true],
    ['a literal above', '50.01', none, 'Plan.amount', false],
    ['a formula of the column', 'input.amount / 1', none, 'Plan.amount', false],
    ['a sum of the column', 'input.amount - 10', { x: 'Plan.amount + 10' }, 'Work.x', true],
    ['a sum above', 'input.amount - 10', { x: 'Plan.amount + 11' }, 'Work.x', false],
    ['the least of two', 'min(input.other, 50)', none, 'Plan.amount', true],
    ['the greatest of two', 'max(input.other, 50)', none, 'Plan.amount', false],
    ['a branch', 'if input.other > 3 then input.amount else 7', none, 'Plan.amount', true],
    ['a field worked out from it', 'input.amount', { x: 'Plan.amount' }, 'min(Work.x, input.other)', true],
    ['the column itself, where it is not limited', '1', none, 'input.amount', false],
    ['another input', 'input.amount', none, 'input.other', false],
  ])('S7 %s', (_name, cell, fields, amount, safe) => {
    expect(prove(worked(plan(cell), fields, amount), UP_TO_50).safe).toBe(safe);
  });

  it('S7 says which step keeps the amount down', () => {
    const proof = prove(worked(plan('input.amount'), none, 'Plan.amount'), UP_TO_50);
    expect(because(proof, 'Credit')).toContain('rows “r1” or “r2” of “Plan” keeps “amount” at 50 or less');
    expect(because(prove(worked(plan('1'), none, '20'), UP_TO_50), 'Credit')).toContain('Its formula keeps');
  });

  it('S7 what is the same text at another time is not the same where it asks the clock', () => {
    const clock = '(today() - date("2026-01-01")).days';
    const drawing = credit(
      topicFirst()
        .all('Topic', AI, 'Plan')
        .rule('Plan', {
          inputs: [`${clock} + input.amount`, 'Topic.choice'],
          outputs: ['route'],
          routes: ['pay'],
          rows: [['<= 50', '-', '"pay"']],
        })
        .wire('Plan', 'pay', 'Credit')
        .wire('Plan', 'otherwise', 'Stop'),
      `${clock} + input.amount`,
    );
    expect(prove(drawing, UP_TO_50).safe).toBe(false);
  });

  it('S8 what was known of a step is forgotten when it runs again', () => {
    const drawing = (behind: boolean): Drawing =>
      credit(
        draw()
          .act('Look', 'look', {})
          .wire('Start', 'next', 'Look')
          .wire('Look', 'done', 'Gate')
          .all('Look', ['refused', 'failed'], 'Stop')
          .rule('Gate', { inputs: ['Look.amount'], outputs: ['route'], routes: ['on'], rows: [['<= 50', '"on"']] })
          .wire('Gate', 'on', behind ? 'Look again' : 'Topic')
          .wire('Gate', 'otherwise', 'Stop')
          .act('Look again', 'look', {})
          .all('Look again', ACTED, 'Topic')
          .ai('Topic')
          .wire('Topic', 'answered', 'Credit')
          .all('Topic', ['uncertain', 'failed'], 'Stop'),
        behind ? 'Look again.amount' : 'Look.amount',
      );
    const looped = credit(
      draw()
        .act('Look', 'look', {})
        .wire('Start', 'next', 'Look')
        .wire('Look', 'done', 'Round')
        .all('Look', ['refused', 'failed'], 'Stop')
        .rule('Round', { inputs: ['Gate.route'], outputs: ['route'], routes: ['again'], rows: [['"on"', '"again"']] })
        .wire('Round', 'again', 'Topic')
        .wire('Round', 'otherwise', 'Gate')
        .rule('Gate', { inputs: ['Look.amount'], outputs: ['route'], routes: ['on'], rows: [['<= 50', '"on"']] })
        .back('Gate', 'on', 'Look')
        .wire('Gate', 'otherwise', 'Stop')
        .ai('Topic')
        .wire('Topic', 'answered', 'Credit')
        .all('Topic', ['uncertain', 'failed'], 'Stop'),
      'Look.amount',
    );
    const flows = [drawing(false), drawing(true), looped].map((one) => one.build());
    const verdicts = flows.map((flow) => proveSafety(flow, KINDS, AROUND, UP_TO_50).safe);
    expect(verdicts).toEqual([true, false, false]);
  });
});

describe('S9 limits', () => {
  const paid = (action: string, args: Readonly<Record<string, string>>): Drawing =>
    topicFirst()
      .wire('Topic', 'answered', 'Pay')
      .all('Topic', ['uncertain', 'failed'], 'Stop')
      .act('Pay', action, args)
      .all('Pay', ACTED, 'Stop');

  it('S9 an amount of at most the limit is within it, one below zero too', () => {
    expect(prove(paid('credit', { amount: '50' }), UP_TO_50).safe).toBe(true);
    expect(prove(paid('credit', { amount: '-1000' }), UP_TO_50).safe).toBe(true);
    expect(prove(paid('credit', { amount: '50.001' }), UP_TO_50).safe).toBe(false);
  });

  it('S9 a field that may be left out is never shown to be within', () => {
    const proof = prove(paid('gift', { amount: '1' }), policyOf({ gift: 50 }));
    expect(proof.unsafe[0]?.reason).toContain('always sent');
    expect(prove(paid('mail', { text: '"x"' }), policyOf({ mail: 50 })).safe).toBe(false);
  });
});

const bytesOf = (flow: Flow): string => canonicalJson(asJson(proveSafety(flow, KINDS, AROUND, UP_TO_50)));

describe('S11 S12', () => {
  it('S11 the proof does not depend on the order in which a document was written', () => {
    const flow = supportDesk({ approval: false }).build();
    const turned: Flow = {
      ...flow,
      nodes: Object.fromEntries(Object.entries(flow.nodes).toReversed()),
      edges: Object.fromEntries(Object.entries(flow.edges).toReversed()),
    };
    expect(bytesOf(turned)).toBe(bytesOf(flow));
  });

  it('S12 a count that grows with each round ends, and is not taken to be limited', () => {
    const drawing = credit(
      draw()
        .transform('Count', { n: 'if Count.n = null then 1 else Count.n + 1' })
        .wire('Start', 'next', 'Count')
        .wire('Count', 'next', 'Topic')
        .ai('Topic')
        .wire('Topic', 'answered', 'Credit')
        .back('Topic', 'uncertain', 'Count')
        .wire('Topic', 'failed', 'Stop'),
      'Count.n',
    );
    expect(proveSafety(drawing.build(), KINDS, AROUND, UP_TO_50).safe).toBe(false);
  });

  it('S12 ten rules whose outputs are added up are told apart', () => {
    const names = Array.from({ length: 10 }, (_, i) => `In ${i}`);
    let drawing = topicFirst().all('Topic', AI, 'Plan 0');
    names.forEach((_, i) => {
      drawing = drawing
        .rule(`Plan ${i}`, {
          inputs: ['input.other', 'input.amount'],
          outputs: ['n'],
          rows: [
            [`> ${i}`, '-', '1'],
            ['-', '-', '2'],
          ],
        })
        .wire(`Plan ${i}`, 'next', i + 1 < names.length ? `Plan ${i + 1}` : 'Gate');
    });
    const sum = names.map((_, i) => `Plan ${i}.n`).join(' + ');
    drawing = credit(
      drawing
        .rule('Gate', {
          inputs: ['Topic.choice'],
          outputs: ['route'],
          routes: ['pay'],
          rows: [['"refund"', '"pay"']],
        })
        .wire('Gate', 'pay', 'Credit')
        .wire('Gate', 'otherwise', 'Stop'),
      sum,
    );
    expect(prove(drawing, UP_TO_50).safe).toBe(true);
  });

  it('S12 a flow of a thousand steps is proved', () => {
    let drawing = draw().wire('Start', 'next', 'Topic 0');
    const rounds = 200;
    for (let i = 0; i < rounds; i++) {
      drawing = drawing
        .ai(`Topic ${i}`)
        .wire(`Topic ${i}`, 'answered', `Plan ${i}`)
        .all(`Topic ${i}`, ['uncertain', 'failed'], `Ask ${i}`)
        .rule(`Plan ${i}`, {
          inputs: [`Topic ${i}.choice`, 'input.amount'],
          outputs: ['route', 'amount'],
          routes: ['pay', 'ask'],
          rows: [
            ['"refund"', `<= ${i % 60}`, '"pay"', 'input.amount'],
            ['-', '-', '"ask"', '0'],
          ],
        })
        .wire(`Plan ${i}`, 'pay', `Credit ${i}`)
        .all(`Plan ${i}`, ['ask', 'otherwise'], `Ask ${i}`)
        .approval(`Ask ${i}`)
        .wire(`Ask ${i}`, 'approved', `Credit ${i}`)
        .all(`Ask ${i}`, NOT_APPROVED, 'Stop')
        .act(`Credit ${i}`, 'credit', { amount: 'input.amount' })
        .all(`Credit ${i}`, ACTED, `Next ${i}`)
        .transform(`Next ${i}`, { x: 'input.amount + 1' })
        .wire(`Next ${i}`, 'next', i + 1 < rounds ? `Topic ${i + 1}` : 'Stop');
    }
    const proof = proveSafety(drawing.build(), KINDS, AROUND, UP_TO_50);
    expect(proof.effects).toHaveLength(rounds);
    expect(proof.unsafe.length).toBeGreaterThan(0);
  });
});
