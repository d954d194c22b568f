import { compileExpression } from '../../engine/feel/index.ts';
import { momentOf } from '../../engine/feel/moment.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import { inputOf } from '../../engine/flow/input.ts';
import { durationMs } from '../duration.ts';
import { evaluateIn } from '../expression.ts';
import type { Asked, KindRun } from '../kind.ts';
import { TIMED_OUT } from '../retry.ts';
import { ANSWERED, type TaskConfig } from './config.ts';

const askedBy = ({ type, question, choices, fields }: TaskConfig): Asked =>
  type === 'fill in'
    ? { type, question, fields }
    : { type, question, choices: choices.map(({ value, label }) => ({ value, label: label || value })) };

export const taskRun: KindRun<TaskConfig> = {
  kind: 'task',
  compile: (config, scope) => {
    const facts = config.show.map((fact) => ({ label: fact.label, value: compileExpression(fact.value, scope) }));
    const asks = askedBy(config);
    const due = config.due === null ? null : durationMs(config.due);
    return {
      start: (turn) => ({
        step: 'task',
        task: {
          asks,
          title: config.title,
          role: config.role,
          count: 1,
          fourEyes: config.fourEyes,
          sendBack: false,
          due: due === null ? null : turn.now + due,
          facts: facts.map((fact) => ({ label: fact.label, value: evaluateIn(fact.value, turn).value })),
        },
      }),
      resume: (turn, signal) => {
        if (signal.signal === 'timed out')
          return { step: 'complete', port: TIMED_OUT, value: null, record: { by: 'timer', due: signal.due } };
        if (signal.signal !== 'decided') throw new Error(`a task cannot be resumed by “${signal.signal}”`);
        const last = signal.decisions.at(-1);
        if (last?.answer === undefined) throw new Error('a task cannot be answered by nobody');
        const choice = typeof last.answer['choice'] === 'string' ? last.answer['choice'] : '';
        const answer: Iterable<readonly [string, FeelValue]> =
          config.type === 'fill in' ? inputOf(config.fields, last.answer, 'answer') : [['choice', choice]];
        const said: readonly (readonly [string, FeelValue])[] = [
          ['by', last.person],
          ['at', momentOf(turn.now)],
          ['comment', last.comment],
        ];
        return {
          step: 'complete',
          port: config.type === 'choose' && config.branch ? choice : ANSWERED,
          value: new Map([...answer, ...said]),
          record: { by: 'person', decisions: signal.decisions },
        };
      },
    };
  },
};
