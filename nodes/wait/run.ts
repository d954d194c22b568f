import { compileExpression, type CompiledExpression } from '../../engine/feel/index.ts';
import { epochMsOf } from '../../engine/feel/moment.ts';
import { formatValue } from '../../engine/feel/value.ts';
import { CountersignError } from '../../engine/flow/error.ts';
import { inputOf } from '../../engine/flow/input.ts';
import { durationMs } from '../duration.ts';
import { evaluateIn } from '../expression.ts';
import type { KindRun, Signal, Step, Turn } from '../kind.ts';
import type { WaitConfig } from './config.ts';

export const waitRun: KindRun<WaitConfig> = {
  kind: 'wait',
  compile: (config, scope) => {
    if (config.until === 'while') {
      const ms = durationMs(config.duration);
      return { start: (turn) => waiting(turn.now + ms), resume: (_turn, signal) => over('next', signal) };
    }
    if (config.until === 'time') {
      const time = compileExpression(config.time, scope);
      return { start: (turn) => untilTime(turn, time), resume: (_turn, signal) => over('next', signal) };
    }
    const key = compileExpression(config.key, scope);
    const patience = config.giveUp === null ? null : durationMs(config.giveUp);
    return {
      start: (turn) => {
        const { value } = evaluateIn(key, turn);
        if (value === null)
          return fail('What the message is to be about is not known here.', 'Give a text that is always there.');
        // A text may hold half a character, as "\uD83D" does; what is on record cannot.
        const about = (typeof value === 'string' ? value : formatValue(value)).toWellFormed();
        const end = patience === null ? null : turn.now + patience;
        return { step: 'wait', until: end, message: { name: config.name, key: about } };
      },
      resume: (_turn, signal) => {
        if (signal.signal === 'due') return over('timed out', signal);
        if (signal.signal !== 'message') throw new Error(`a wait cannot be resumed by “${signal.signal}”`);
        try {
          const value = inputOf(config.fields, signal.body);
          const { id, from, known } = signal;
          const record = { by: 'message', name: config.name, id, from, known } as const;
          return { step: 'complete', port: 'arrived', value, record };
        } catch (error) {
          if (error instanceof CountersignError) return { step: 'refuse', error: error.toShape() };
          throw error;
        }
      },
    };
  },
};

/** The last moment that clocks here can say, in milliseconds since 1970 (ECMA-262, time values). */
const LAST_MS = 8.64e15;

const waiting = (until: number): Step => ({ step: 'wait', until, message: null });

function untilTime(turn: Turn, time: CompiledExpression): Step {
  const { value } = evaluateIn(time, turn);
  const at = epochMsOf(value);
  if (at === null)
    return fail(
      'The time that the case is to wait for is not known here.',
      'Give a date, or a date and time with its offset.',
    );
  if (at > LAST_MS)
    return fail(
      'The time that the case is to wait for is further off than any clock goes.',
      'Give a date before the year 275,000, and look at what the formula was given.',
    );
  // A time that is past is over: no timer is made for it.
  if (at <= turn.now) return { step: 'complete', port: 'next', value: null, record: null };
  return waiting(at);
}

function over(port: string, signal: Signal): Step {
  if (signal.signal !== 'due') throw new Error(`a wait cannot be resumed by “${signal.signal}”`);
  return { step: 'complete', port, value: null, record: { by: 'timer', due: signal.at } };
}

const fail = (message: string, hint: string): Step => ({
  step: 'fail',
  error: { code: 'EXPRESSION_FAILED', message, hint, retryable: false, fault: 'user' },
});
