import { compileExpression } from '../../engine/feel/index.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import { durationMs } from '../duration.ts';
import { evaluateIn } from '../expression.ts';
import type { KindRun } from '../kind.ts';
import type { ApprovalConfig } from './config.ts';

const value = (decision: string, by: string | null, comment: string | null): FeelValue =>
  new Map<string, FeelValue>([
    ['decision', decision],
    ['by', by],
    ['comment', comment],
  ]);

export const approvalRun: KindRun<ApprovalConfig> = {
  kind: 'approval',
  compile: (config, scope) => {
    const facts = config.show.map((fact) => ({ label: fact.label, value: compileExpression(fact.value, scope) }));
    return {
      start: (turn) => ({
        step: 'task',
        task: {
          asks: null,
          title: config.title,
          role: config.role,
          count: config.count,
          fourEyes: config.fourEyes,
          sendBack: config.sendBack,
          due: config.due === null ? null : turn.now + durationMs(config.due),
          facts: facts.map((fact) => ({ label: fact.label, value: evaluateIn(fact.value, turn).value })),
        },
      }),
      resume: (_turn, signal) => {
        if (signal.signal === 'timed out')
          return {
            step: 'complete',
            port: 'timed out',
            value: value('timed out', null, null),
            record: { by: 'timer', due: signal.due },
          };
        if (signal.signal !== 'decided') throw new Error(`an approval cannot be resumed by “${signal.signal}”`);
        const last = signal.decisions.at(-1);
        if (last === undefined) throw new Error('an approval cannot be decided by nobody');
        return {
          step: 'complete',
          port: last.decision,
          value: value(last.decision, last.person, last.comment),
          record: { by: 'person', decisions: signal.decisions },
        };
      },
    };
  },
};
