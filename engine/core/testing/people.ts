import type { PersonDecision } from '../../../nodes/kind.ts';
import type { Actor } from '../event.ts';

/** Who starts cases. */
export const INA: Actor = { issuer: 'test', subject: 'ina', role: 'clerk', method: 'none' };
/** Who operates them. */
export const OLGA: Actor = { issuer: 'cli', subject: 'olga', role: 'operator', method: 'none' };

/** A signature by which nobody is checked. */
export const SIGNATURE: PersonDecision['signature'] = { by: 'ed25519', keyId: 'k', signature: 's' };
