/** Words of the forms for tasks, for trying again and for who is asked instead. */
export const words = {
  parts: { model: 'The other model', table: 'The table', person: 'The person' },
  asks: {
    model: 'First another model',
    table: 'Then a decision table: its output is the choice',
    person: 'Then a person, who sees the guess',
  },
  freshRole: 'team lead',
  freshChoice: (number: number) => `choice ${number}`,
  addChoice: 'Add a choice',
  valueOf: (number: number) => `Choice ${number}`,
  readAs: (value: string) => `What the person reads for ${value}`,
};
