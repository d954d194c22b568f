/** The number that was typed; null for none, for what is on the way to one (`-`), and for one of too many digits. */
export function typedNumber(typed: string | number): number | null {
  const value = typed === '' ? NaN : Number(typed);
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : null;
}

/** What stands in the field: what was typed as long as it means the value, so that `0.` can become `0.05`. */
export const shownNumber = (typed: string | number, value: number | null): string | number =>
  typedNumber(typed) === value ? typed : (value ?? '');
