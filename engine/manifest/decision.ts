import type { JsonValue } from '../feel/value.ts';
import { canonicalBytes } from '../flow/json.ts';
import { preAuthEncoding } from './dsse.ts';

export const DECISION_PAYLOAD_TYPE = 'application/vnd.countersign.decision+json';

export const SETTLEMENT_PAYLOAD_TYPE = 'application/vnd.countersign.settlement+json';

/** The role that may say whether an effect in doubt happened. */
export const SETTLING_ROLE = 'operator';

/** Everything that a person's signature on a task is over. */
export interface DecisionStatement {
  task: string;
  run: string;
  /** Digest of exactly what the person was shown. */
  shown: string;
  decision: string;
  /** What they chose or filled in; only where they were asked to. */
  answer?: Readonly<Record<string, JsonValue>> | undefined;
  person: string;
  role: string;
  comment: string;
  /** Milliseconds since 1970, as the person's machine says. */
  at: number;
}

/** The bytes that are signed: DSSE's pre-authentication encoding of the canonical JSON of the statement. */
export function decisionBytes(statement: DecisionStatement): Uint8Array {
  const { task, run, shown, decision, answer, person, role, comment, at } = statement;
  const said = answer === undefined ? { decision } : { decision, answer: { ...answer } };
  return preAuthEncoding(
    DECISION_PAYLOAD_TYPE,
    canonicalBytes({ task, run, shown, ...said, person, role, comment, at }),
  );
}

/** Everything that a person's signature on their word about an effect in doubt is over. */
export interface SettlementStatement {
  task: string;
  run: string;
  /** The key of the effect in doubt. */
  key: string;
  /** Null asks to look again. */
  happened: boolean | null;
  person: string;
  role: string;
  comment: string;
  /** Milliseconds since 1970, as the person's machine says. */
  at: number;
}

/** The bytes that are signed for a settlement; of another type than a decision's, so that neither passes for the other. */
export function settlementBytes(statement: SettlementStatement): Uint8Array {
  const { task, run, key, happened, person, role, comment, at } = statement;
  return preAuthEncoding(
    SETTLEMENT_PAYLOAD_TYPE,
    canonicalBytes({ task, run, key, happened, person, role, comment, at }),
  );
}
