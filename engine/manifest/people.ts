import type { PersonDecision } from '../../nodes/kind.ts';
import type { Settlement } from '../core/event.ts';
import { CountersignError, type ErrorCode, type ErrorShape } from '../flow/error.ts';
import { z } from '../flow/zod.ts';
import type { People } from '../runtime/environment.ts';
import { decodeBase64 } from './base64.ts';
import { decisionBytes, settlementBytes, SETTLING_ROLE } from './decision.ts';
import { keyIdOf, keyIdSchema, publicKeySchema, verifyBytes } from './keys.ts';
import { type DocumentErrors, readDocument } from './read-document.ts';

export const PEOPLE_FORMAT = 'countersign.people';

const personSchema = z.strictObject({
  /** How decisions name them, such as an address or a login. */
  id: z.string().min(1).max(120),
  name: z.string().min(1).max(120),
  roles: z.array(z.string().min(1).max(60)),
  keys: z.array(
    z
      .strictObject({ keyId: keyIdSchema, publicKey: publicKeySchema })
      .refine((key) => keyIdOf(key.publicKey) === key.keyId, {
        path: ['keyId'],
        message: 'it is not the id of this public key',
      }),
  ),
});
export type Person = z.infer<typeof personSchema>;

/** `people.json` of a runner folder: who holds which role, and by which keys their decisions are known. */
export const peopleSchema = z
  .strictObject({ format: z.literal(PEOPLE_FORMAT), version: z.literal(1), people: z.array(personSchema).max(5000) })
  .superRefine((file, ctx) => {
    const ids = new Set<string>();
    const keys = new Set<string>();
    for (const [at, person] of file.people.entries()) {
      if (ids.has(person.id))
        ctx.addIssue({ code: 'custom', path: ['people', at, 'id'], message: 'this id is there twice' });
      ids.add(person.id);
      for (const { publicKey } of person.keys) {
        if (keys.has(publicKey))
          ctx.addIssue({
            code: 'custom',
            path: ['people', at, 'keys'],
            message: 'this key is there twice; a key has one holder',
          });
        keys.add(publicKey);
      }
    }
  });
export type PeopleFile = z.infer<typeof peopleSchema>;

const errors: DocumentErrors = {
  code: 'TRUST_INVALID',
  what: 'the people file',
  hint: 'Correct people.json in the runner folder; each key is copied from the .pub.json of an approver.',
};

/** Reads `people.json`. Throws TRUST_INVALID. */
export const readPeople = (bytes: Uint8Array): PeopleFile => readDocument(bytes, peopleSchema, errors);

/** The engine's view of a people file; `current` is asked at each decision, so that who was dismissed decides no more. */
export const peopleOf = (current: () => PeopleFile): People => ({
  check: (task, decision) => checkDecision(current(), task, decision),
  checkSettlement: (task, settlement) => checkSettlement(current(), task, settlement),
});

/**
 * Null when a decision on a task holds: the person is known and holds the task's role, did not start the case where four
 * eyes are asked for, was shown what the task shows now, and signed exactly this. Otherwise why not: TASK_NOT_PERMITTED,
 * APPROVAL_FOUR_EYES, APPROVAL_CHANGED or APPROVAL_SIGNATURE. Never throws.
 */
export function checkDecision(
  file: PeopleFile,
  task: Parameters<People['check']>[0],
  decision: PersonDecision,
): ErrorShape | null {
  const person = holder(file, decision, task.role);
  if ('code' in person) return person;
  if (task.fourEyes && person.id === task.initiator) {
    return refusal(
      'APPROVAL_FOUR_EYES',
      `${person.name} started this case and cannot decide on it.`,
      'Let another person with the role decide.',
    );
  }
  if (decision.shown !== task.digest) {
    return refusal(
      'APPROVAL_CHANGED',
      'What the decision was about is not what the task shows now.',
      'Open the task again, read what has changed, and decide again.',
    );
  }
  const { signature, ...said } = decision;
  return checkSignature(person, () => decisionBytes({ ...said, task: task.id, run: task.run }), signature);
}

/**
 * The same for a person's word on an effect in doubt, which is the operator's to give: TASK_NOT_PERMITTED or
 * APPROVAL_SIGNATURE, or null when it holds. Never throws.
 */
export function checkSettlement(
  file: PeopleFile,
  task: Parameters<People['checkSettlement']>[0],
  settlement: Settlement,
): ErrorShape | null {
  const person = holder(file, settlement, SETTLING_ROLE);
  if ('code' in person) return person;
  const { signature, ...said } = settlement;
  return checkSignature(
    person,
    () => settlementBytes({ ...said, task: task.id, run: task.run, key: task.key }),
    signature,
  );
}

/** The person who acted, when they are known and hold the role; otherwise why not. */
function holder(file: PeopleFile, acted: { person: string; role: string }, role: string): Person | ErrorShape {
  const person = file.people.find((one) => one.id === acted.person);
  if (person === undefined) {
    return refusal(
      'TASK_NOT_PERMITTED',
      `“${acted.person}” is not known to this runner.`,
      'Ask IT to enter the person in people.json of the runner folder.',
      'operator',
    );
  }
  if (acted.role === role && person.roles.includes(role)) return person;
  return refusal(
    'TASK_NOT_PERMITTED',
    `The task is for the role “${role}”; ${person.name} acted as “${acted.role}” and holds: ${person.roles.join(', ') || 'no role'}.`,
    'Let a person with that role decide.',
  );
}

/** Tries all keys of the person: the key id is a hint and is not asked. */
function checkSignature(
  person: Person,
  bytes: () => Uint8Array,
  { signature }: PersonDecision['signature'],
): ErrorShape | null {
  let holds = false;
  try {
    const data = bytes();
    const given = decodeBase64(signature);
    holds = given !== null && person.keys.some((key) => verifyBytes(key.publicKey, data, given));
  } catch {
    // What canonical JSON cannot hold was never signed.
  }
  if (holds) return null;
  return refusal(
    'APPROVAL_SIGNATURE',
    `The signature is not by ${person.name}, or not over this task and what it shows.`,
    'Decide again with the key whose public part people.json lists for the person.',
  );
}

function refusal(code: ErrorCode, message: string, hint: string, fault: 'user' | 'operator' = 'user'): ErrorShape {
  return new CountersignError({ code, message, hint, fault }).toShape();
}
