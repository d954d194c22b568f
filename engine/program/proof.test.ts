import { describe, expect, it } from 'vitest';
import { STRICT_POLICY } from '../connections/contract.ts';
import type { Flow } from '../flow/document.ts';
import { tableSchema } from '../dmn/table.ts';
import { asJson, canonicalJson } from '../flow/json.ts';
import { KINDS } from '../../nodes/index.ts';
import { proveSafety } from './proof.ts';
import { AROUND, draw, policyOf, type Drawing, type TableDraft } from './testing/proof-kit.ts';
import { ACTED, AI, because, credit, NOT_APPROVED, prove, topicFirst, UP_TO_50, wayOf } from './testing/prove.ts';

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

const straight = (action: string, args: Readonly<Record<string, string>>): Drawing =>
  topicFirst().all('Topic', AI, 'Act').act('Act', action, args).all('Act', ACTED, 'Stop');

const mailAfter = (text: string): Drawing =>
  topicFirst().all('Topic', AI, 'Mail').act('Mail', 'mail', { text }).all('Mail', ACTED, 'Stop');

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

const roundAgain = (repaired: boolean): Drawing =>
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

describe('the support desk', () => {
  it('S5 is safe, and says by which row and by whom', () => {
    const proof = prove(supportDesk(), UP_TO_50);
    expect(proof.unsafe).toEqual([]);
    expect(because(proof, 'Credit')).toContain('“Ask”');
    expect(because(proof, 'Credit')).toContain('row 1 of “Plan”');
    expect(because(proof, 'Credit')).not.toContain('r2');
  });

  it('S5 S10 without its approval is unsafe by the row that led past it', () => {
    const proof = prove(supportDesk({ approval: false }), UP_TO_50);
    expect(wayOf(proof)).toEqual(['n_topic', 'n_plan', 'n_credit']);
    expect(proof.unsafe[0]?.effect).toEqual({ node: 'n_credit', connection: 'billing', action: 'credit' });
    expect(proof.unsafe[0]?.reason).toContain('row 2 of “Plan”');
    expect(proof.unsafe[0]?.reason).toContain('Lead this way through an approval between “Plan” and “Credit”');
  });

  it('S5 S10 names the row that people see, however its rows were moved, and the action as its contract calls it', () => {
    const flow = supportDesk({ approval: false }).build();
    const plan = structuredClone(flow);
    const table = tableSchema.parse(plan.nodes['n_plan']?.config['table']);
    const [first, ...rest] = table.rows;
    if (first === undefined || plan.nodes['n_plan'] === undefined) throw new Error('the plan has rows');
    // A row that never matches comes above the one that led past.
    const none = { ...first, id: 'r9', when: ['"none"', '-'] };
    plan.nodes['n_plan'].config['table'] = { ...table, rows: [first, none, ...rest] };
    const reason = (of: Flow): string => proveSafety(of, KINDS, AROUND, UP_TO_50).unsafe[0]?.reason ?? '';
    expect(reason(flow)).toContain('row 2 of “Plan”');
    expect(reason(plan)).toContain('row 3 of “Plan”');
    expect(reason(flow)).toContain('“Credit” does “Credit” (billing), which');
  });

  it('S2 without a policy the small refunds need a person too', () => {
    expect(prove(supportDesk()).unsafe[0]?.reason).toContain('row 1 of “Plan”');
    expect(prove(supportDesk(), policyOf({ credit: 49.99 })).safe).toBe(false);
    expect(prove(supportDesk(), policyOf({ credit: 50 })).safe).toBe(true);
  });
});

describe('S1 S2 effects', () => {
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
    expect(prove(roundAgain(true)).safe).toBe(true);
    expect(prove(roundAgain(false)).safe).toBe(false);
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

/** Ten rules of two rows each, whose outputs are added up to the amount. */
function addedUp(test: (i: number) => [column: string, cell: string]): Drawing {
  const plans = Array.from({ length: 10 }, (_, i) => `Plan ${i}`);
  let drawing = topicFirst().all('Topic', AI, 'Plan 0');
  plans.forEach((plan, i) => {
    const [column, cell] = test(i);
    const rows = [
      [cell, '1'],
      ['-', '2'],
    ];
    drawing = drawing.rule(plan, { inputs: [column], outputs: ['n'], rows }).wire(plan, 'next', plans[i + 1] ?? 'Gate');
  });
  return credit(
    drawing
      .rule('Gate', { inputs: ['Topic.choice'], outputs: ['route'], routes: ['pay'], rows: [['"refund"', '"pay"']] })
      .wire('Gate', 'pay', 'Credit')
      .wire('Gate', 'otherwise', 'Stop'),
    plans.map((plan) => `${plan}.n`).join(' + '),
  );
}

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

  it('S12 what many rules found out is told apart as long as it can be, and then the reason says so', () => {
    expect(
      prove(
        addedUp((i) => ['input.other', `> ${i}`]),
        UP_TO_50,
      ).safe,
    ).toBe(true);
    const { unsafe } = prove(
      addedUp((i) => [`modulo(input.other, ${i + 2})`, '0']),
      UP_TO_50,
    );
    expect(unsafe[0]?.reason).toContain('more cases before it than the proof tells apart');
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
