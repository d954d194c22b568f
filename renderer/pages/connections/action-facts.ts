import type { Action } from '../../../engine/connections/contract.ts';
import type { Fields } from '../../../engine/flow/document.ts';
import { words } from '../../words/index.ts';

/** What becomes of an action whose answer was lost, in words. */
export function afterLostAnswer({ class: effect, idempotency }: Pick<Action, 'class' | 'idempotency'>): string {
  const said = words().connections.again;
  if (effect === 'read') return said.read;
  switch (idempotency.by) {
    case 'key':
      return said.key(idempotency.header);
    case 'natural':
      return said.natural;
    case 'askable':
      return said.askable(idempotency.ask);
    case 'none':
      return said.none;
  }
}

/** By what an action is taken back, and until when; null where it cannot be. */
export const undoLine = ({ undo }: Pick<Action, 'undo'>): string | null =>
  undo === undefined ? null : words().connections.undo(undo.action, words().durations.inWords(undo.within));

/** A declared field in a word or two, with what is marked of it. */
export interface FieldFact {
  name: string;
  type: string;
  personal: boolean;
  optional: boolean;
}

export function fieldFacts(fields: Fields): FieldFact[] {
  const types: Readonly<Record<string, string>> = words().types;
  return Object.entries(fields).map(([name, field]) => ({
    name,
    type: types[field.type] ?? field.type,
    personal: field.personal === true,
    optional: field.optional === true,
  }));
}
