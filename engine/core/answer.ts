/** Whether what a person answered is what they were asked for. */
import type { JsonValue } from '../feel/value.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import { inputOf } from '../flow/input.ts';
import type { Shown } from './event.ts';

/**
 * Why an answer is not taken, with the path of what is wrong with it; null when it is one of the choices, or fits the
 * fields, that the person was shown. `shown` is null once it was erased.
 */
export function answerFault(
  shown: Shown | null,
  answer: Readonly<Record<string, JsonValue>> | undefined,
): ErrorShape | null {
  const asks = shown?.asks;
  if (asks === undefined)
    return fault('What the task asked has been erased with the person it was about.', [], 'End the case.');
  if (answer === undefined) return fault('The answer is missing.', [], 'Give the answer that the task asks for.');
  if (asks.type === 'fill in') {
    try {
      inputOf(asks.fields, answer, 'answer');
      return null;
    } catch (error) {
      if (error instanceof CountersignError) return error.toShape();
      throw error;
    }
  }
  const stranger = Object.keys(answer).find((name) => name !== 'choice');
  if (stranger !== undefined)
    return fault(`The answer has a field “${stranger}” that was not asked for.`, [stranger], 'Give “choice” alone.');
  const values = asks.choices.map(({ value }) => value);
  const { choice } = answer;
  if (typeof choice === 'string' && values.includes(choice)) return null;
  const given =
    choice === undefined ? 'nothing was chosen' : `${JSON.stringify(choice).slice(0, 80)} is not among them`;
  return fault(`One of the choices is to be taken, and ${given}.`, ['choice'], `Choose one of: ${values.join(', ')}.`);
}

const fault = (message: string, path: readonly string[], hint: string): ErrorShape => ({
  code: 'INPUT_INVALID',
  message,
  where: { path: ['answer', ...path] },
  hint,
  retryable: false,
  fault: 'user',
});
