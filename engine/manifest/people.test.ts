import { describe, expect, it } from 'vitest';
import type { PersonDecision } from '../../nodes/kind.ts';
import { prettyJson } from '../flow/json.ts';
import { decisionBytes } from './decision.ts';
import { checkDecision, checkSettlement, type PeopleFile, peopleOf, readPeople } from './people.ts';
import { signDecision, signSettlement } from './sign-approval.ts';
import { keyOf, refusal, utf8 } from './testing/manifest-kit.ts';

const dora = keyOf('approver', 'Dora');
const doraToo = keyOf('approver', 'Dora', 'her second key');
const emil = keyOf('approver', 'Emil');
const held = ({ keyId, publicKey }: { keyId: string; publicKey: string }) => ({ keyId, publicKey });
const file: PeopleFile = readPeople(
  utf8(
    prettyJson({
      format: 'countersign.people',
      version: 1,
      people: [
        { id: 'dora@example.org', name: 'Dora', roles: ['team lead', 'operator'], keys: [held(dora), held(doraToo)] },
        { id: 'emil@example.org', name: 'Emil', roles: ['clerk'], keys: [held(emil)] },
      ],
    }),
  ),
);
const task = {
  id: 'task-1',
  run: 'run-1',
  role: 'team lead',
  digest: 'sha256-shown',
  fourEyes: true,
  initiator: 'emil@example.org',
};
const said: Omit<PersonDecision, 'signature'> = {
  decision: 'approved',
  person: 'dora@example.org',
  role: 'team lead',
  comment: 'seen and agreed',
  shown: 'sha256-shown',
  at: 1_800_000_000_000,
};
const signedBy = (key = dora, change: Partial<typeof said> = {}): PersonDecision =>
  signDecision(key, task, { ...said, ...change });

describe('a decision', () => {
  it('control: holds when the person signed exactly this, with any key of theirs', () => {
    expect(checkDecision(file, task, signedBy())).toBeNull();
    expect(checkDecision(file, task, signedBy(doraToo))).toBeNull();
    expect(peopleOf(() => file).check(task, signedBy(dora, { decision: 'rejected' }))).toBeNull();
  });

  it('is refused when anything in it was changed after it was signed', () => {
    const changes: Partial<PersonDecision>[] = [
      { decision: 'rejected' },
      { comment: 'seen and agreed!' },
      { comment: '\ud800' },
      { at: said.at + 1 },
      { at: Number.NaN },
    ];
    for (const change of changes) {
      expect(checkDecision(file, task, { ...signedBy(), ...change })?.code).toBe('APPROVAL_SIGNATURE');
    }
    for (const other of [{ id: 'task-2' }, { run: 'run-2' }]) {
      expect(checkDecision(file, { ...task, ...other }, signedBy())?.code).toBe('APPROVAL_SIGNATURE');
    }
    const { signature } = signedBy();
    const bytes = Buffer.from(signature.signature, 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const decision = { ...signedBy(), signature: { ...signature, signature: flipped.toString('base64') } };
      expect(checkDecision(file, task, decision)?.code).toBe('APPROVAL_SIGNATURE');
    }
  });

  it('covers the answer that was given, where one was asked for', () => {
    const answered: Partial<PersonDecision> = { decision: 'answered', answer: { choice: 'refund', note: null } };
    const signed = signedBy(dora, answered);
    expect(checkDecision(file, task, signed)).toBeNull();
    const { answer: _, ...without } = signed;
    const others = [
      without,
      { ...signed, answer: { choice: 'fraud', note: null } },
      { ...signed, answer: { choice: 'refund' } },
      { ...signed, answer: {} },
      { ...signedBy(dora, { decision: 'answered' }), answer: { choice: 'refund' } },
    ];
    for (const one of others) expect(checkDecision(file, task, one)?.code).toBe('APPROVAL_SIGNATURE');
  });

  it('P20 what approvals sign is what it always was: no answer, no member for it', () => {
    const { signature: _, ...rest } = signedBy();
    const bytes = new TextDecoder().decode(decisionBytes({ ...rest, task: task.id, run: task.run }));
    expect(bytes).toContain('{"at":1800000000000,"comment":"seen and agreed","decision":"approved","person"');
    expect(bytes).not.toContain('answer');
  });

  it('is refused when signed by the key of someone else, whatever the key id says', () => {
    expect(checkDecision(file, task, signedBy(emil))?.code).toBe('APPROVAL_SIGNATURE');
    expect(checkDecision(file, task, signedBy({ ...emil, keyId: dora.keyId }))?.code).toBe('APPROVAL_SIGNATURE');
    expect(checkDecision(file, task, signedBy({ ...dora, keyId: 'a hint that is wrong' }))).toBeNull();
  });

  it('is refused when what was shown is not what is shown now', () => {
    expect(checkDecision(file, { ...task, digest: 'sha256-changed' }, signedBy())?.code).toBe('APPROVAL_CHANGED');
    const forged = { ...signedBy(), shown: 'sha256-changed' };
    expect(checkDecision(file, { ...task, digest: 'sha256-changed' }, forged)?.code).toBe('APPROVAL_SIGNATURE');
  });

  it('is refused without the role, or by somebody unknown', () => {
    const emilSays = { person: 'emil@example.org' };
    expect(checkDecision(file, task, signedBy(emil, emilSays))?.code).toBe('TASK_NOT_PERMITTED');
    expect(checkDecision(file, task, signedBy(emil, { ...emilSays, role: 'clerk' }))?.code).toBe('TASK_NOT_PERMITTED');
    expect(checkDecision(file, { ...task, role: 'clerk' }, signedBy())?.code).toBe('TASK_NOT_PERMITTED');
    expect(checkDecision(file, task, signedBy(dora, { person: 'eve' }))?.code).toBe('TASK_NOT_PERMITTED');
  });

  it('is refused by the one who started the case, where four eyes are asked for', () => {
    const own = { ...task, initiator: 'dora@example.org' };
    expect(checkDecision(file, own, signedBy())?.code).toBe('APPROVAL_FOUR_EYES');
    expect(checkDecision(file, { ...own, fourEyes: false }, signedBy())).toBeNull();
  });
});

describe('a word on an effect in doubt', () => {
  const doubt = { id: 'task-9', run: 'run-1', key: 'effect-1' };
  const word = { happened: true, person: 'dora@example.org', role: 'operator', comment: 'found it', at: said.at };
  it('holds from an operator, over exactly this effect', () => {
    const settlement = signSettlement(dora, doubt, word);
    expect(checkSettlement(file, doubt, settlement)).toBeNull();
    expect(peopleOf(() => file).checkSettlement({ ...doubt, key: 'effect-2' }, settlement)?.code).toBe(
      'APPROVAL_SIGNATURE',
    );
    expect(checkSettlement(file, doubt, { ...settlement, happened: false })?.code).toBe('APPROVAL_SIGNATURE');
    expect(checkSettlement(file, doubt, signSettlement(dora, doubt, { ...word, role: 'team lead' }))?.code).toBe(
      'TASK_NOT_PERMITTED',
    );
    const emils = signSettlement(emil, doubt, { ...word, person: 'emil@example.org' });
    expect(checkSettlement(file, doubt, emils)?.code).toBe('TASK_NOT_PERMITTED');
  });

  it('does not pass for a decision, nor a decision for it', () => {
    const { signature } = signedBy();
    expect(checkSettlement(file, doubt, { ...word, signature })?.code).toBe('APPROVAL_SIGNATURE');
    expect(checkDecision(file, task, { ...said, signature: signSettlement(dora, doubt, word).signature })?.code).toBe(
      'APPROVAL_SIGNATURE',
    );
  });
});

describe('the people file', () => {
  it('P17 is strict, and gives a key or an id to one person only', () => {
    const [one, two] = file.people;
    if (one === undefined || two === undefined) throw new Error('two people are in the sample');
    const refused = [
      { ...file, extra: 1 },
      { ...file, version: 2 },
      { ...file, people: [one, { ...two, id: one.id }] },
      { ...file, people: [one, { ...two, keys: one.keys }] },
      { ...file, people: [{ ...one, keys: [{ ...held(dora), keyId: emil.keyId }] }] },
      { ...file, people: [{ ...one, keys: [{ keyId: '0'.repeat(16), publicKey: 'AAAA' }] }] },
    ];
    for (const value of refused) expect(refusal(() => readPeople(utf8(prettyJson(value)))).code).toBe('TRUST_INVALID');
    expect(refusal(() => readPeople(utf8(prettyJson({ ...file }).replace('{', '{"version":1,')))).code).toBe(
      'TRUST_INVALID',
    );
    expect(readPeople(utf8(prettyJson({ ...file })))).toEqual(file);
  });
});
