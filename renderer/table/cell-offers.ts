import { allowedValue } from '../../engine/dmn/column-type.ts';
import type { DecisionTable } from '../../engine/dmn/table.ts';
import { compileExpression, type FeelScopeTypes } from '../../engine/feel/index.ts';
import { literalText } from '../../engine/feel/format.ts';
import { splitValues } from '../document/split-values.ts';
import { offersOf, type Offer } from '../inspector/offers.ts';
import type { Column } from './model/shape.ts';
import { words } from '../words/index.ts';

/** What may be written into the cells of each column, by its key: the values it may have, then the names in scope. */
export function cellOffers(
  { inputs, outputs }: Pick<DecisionTable, 'inputs' | 'outputs'>,
  columns: readonly Column[],
  scope: FeelScopeTypes,
): ReadonlyMap<string, readonly Offer[]> {
  const names = offersOf(scope);
  const valuesOf = ({ side, index }: Column): readonly string[] => {
    const input = inputs[index];
    const output = outputs[index];
    if (side === 'when' && input !== undefined) {
      if (input.values !== undefined) return splitValues(input.values).filter((value) => value.startsWith('"'));
      const { type } = compileExpression(input.expression, scope);
      return type.kind === 'choice' ? type.values.map((value) => literalText(value)) : [];
    }
    if (side !== 'then' || output === undefined) return [];
    return (output.values ?? []).map((value) => literalText(allowedValue(value, output.type) ?? value));
  };
  return new Map(
    columns.map((column) => [
      column.key,
      column.side === 'note' ? [] : [...valuesOf(column).map(valueOffer), ...names],
    ]),
  );
}

const valueOffer = (path: string): Offer => ({
  path,
  type: words().table.value,
  ...(path.startsWith('"') ? { also: path.slice(1, -1) } : {}),
});
