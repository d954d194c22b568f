/** Words of tasks that ask for an answer, or about an action in doubt. */
export const words = {
  question: 'What is asked',
  guess: 'What the model would say',
  guessHelp: 'A guess, and no more: the model was not sure enough for it to count.',
  choose: 'Your choice',
  fill: 'Your answer',
  answer: 'Sign your answer',
  answerWith: (label: string) => `Sign: ${label}`,
  missing: 'Fill this in.',
  chooseFirst: 'Choose one first.',
  lookUp: 'Look again',
  perhapsDone: 'What may have been done',
};
