import { sign } from 'node:crypto';
import type { PersonDecision } from '../../nodes/kind.ts';
import type { Settlement } from '../core/event.ts';
import { encodeBase64 } from './base64.ts';
import { decisionBytes, settlementBytes } from './decision.ts';
import type { PrivateKey } from './key-file.ts';

/** A person's decision on a task, signed with their approver's key over task, run, what was shown and all they said. */
export function signDecision(
  key: PrivateKey<'approver'>,
  task: { id: string; run: string },
  decision: Omit<PersonDecision, 'signature'>,
): PersonDecision {
  return { ...decision, signature: signature(key, decisionBytes({ ...decision, task: task.id, run: task.run })) };
}

/** A person's word on whether the effect with this key happened, signed with their approver's key. */
export function signSettlement(
  key: PrivateKey<'approver'>,
  task: { id: string; run: string; key: string },
  settlement: Omit<Settlement, 'signature'>,
): Settlement {
  const data = settlementBytes({ ...settlement, task: task.id, run: task.run, key: task.key });
  return { ...settlement, signature: signature(key, data) };
}

function signature(key: PrivateKey<'approver'>, data: Uint8Array): PersonDecision['signature'] {
  return { by: 'ed25519', keyId: key.keyId, signature: encodeBase64(sign(null, data, key.key)) };
}
