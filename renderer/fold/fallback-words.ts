/** Words of what was not reached of those who are asked in the place of an AI answer. */
const WHO: Readonly<Record<string, string>> = { rule: 'the table', person: 'a person' };

export const words = {
  fallback: (step: string, who: string) => `${step}, otherwise ${WHO[who] ?? who}`,
};
