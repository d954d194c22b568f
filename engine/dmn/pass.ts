/** Does the condition let every value pass? */
export const passesAll = (cell: string | undefined): boolean => {
  const text = (cell ?? '').trim();
  return text === '' || text === '-';
};
