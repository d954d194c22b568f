import { toJson, type FeelValue, type JsonValue } from '../feel/value.ts';
import type { Flow } from '../flow/document.ts';
import { parseStrict } from '../flow/json.ts';
import type { NodeRecord } from '../../nodes/kind.ts';
import type { RunEvent } from '../core/event.ts';

/** One step of a run in plain words, with what it is based on. */
export interface StoryStep {
  node: string;
  /** The branch in which it ran; empty outside of branches. */
  path: string;
  visit: number;
  /** The exit taken; null while the node waits. */
  port: string | null;
  /** The wire taken from it. */
  edge: string | null;
  value: JsonValue;
  record: JsonValue;
  /** Milliseconds since the run began. */
  atMs: number;
  sentence: string;
}

/** A run's events as its story, in order. A step that waits is replaced by the one that settles it. */
export function storyOf(flow: Flow, events: readonly { event: RunEvent; at: number }[]): StoryStep[] {
  const began = events[0]?.at ?? 0;
  const steps: StoryStep[] = [];
  const edgeAt = new Map(Object.entries(flow.edges).map(([id, edge]) => [`${edge.from.node} ${edge.from.port}`, id]));
  const trigger = Object.entries(flow.nodes).find(([, node]) => node.kind === 'trigger')?.[0] ?? null;
  const waiting = new Map<string, StoryStep>();
  const put = (step: StoryStep) => {
    const turn = `${step.path} ${step.node} ${step.visit}`;
    const earlier = waiting.get(turn);
    if (earlier !== undefined) steps.splice(steps.indexOf(earlier), 1);
    if (step.port === null) waiting.set(turn, step);
    else waiting.delete(turn);
    steps.push(step);
  };
  for (const { event, at } of events) {
    const told = stepOf(event);
    const node = 'node' in event ? event.node : event.type === 'run.started' ? trigger : null;
    if (told === null || node === null) continue;
    put({
      node,
      path: 'path' in event ? (event.path ?? '') : '',
      visit: 'visit' in event.body ? event.body.visit : 1,
      port: told.port,
      edge: told.port === null ? null : (edgeAt.get(`${node} ${told.port}`) ?? null),
      value: toJson(told.value),
      record: told.record,
      atMs: at - began,
      sentence: told.sentence,
    });
  }
  return steps;
}

interface Told {
  port: string | null;
  value: FeelValue;
  record: JsonValue;
  sentence: string;
}

function stepOf(event: RunEvent): Told | null {
  switch (event.type) {
    case 'run.started':
      return { port: 'next', value: null, record: null, sentence: 'done' };
    case 'branches.dropped':
      return null;
    case 'branches.opened': {
      const { keys, item, join: _, ...rest } = event.body;
      const many = item === null ? keys.join(', ') : `${keys.length} × ${item}`;
      return waits(null, `${rest.any ? 'until the first of' : 'all of'}: ${many || 'nothing'}`);
    }
    case 'run.stopping': {
      const { error, cancelled } = event.body;
      const why = cancelled === null ? `fails: ${error?.message ?? ''}` : `cancelled: ${cancelled.reason}`;
      return waits(null, `${why}; what is under way is settled first`);
    }
    case 'run.suspended':
    case 'run.resumed':
      return null;
    case 'undo.intended':
      return waits(event.body.request, `about to take back by ${event.body.connection} · ${event.body.action}`);
    case 'effect.undone': {
      const { outcome, error } = event.body;
      const said = { undone: 'taken back', 'too late': 'too late to take back' };
      const sentence =
        outcome === 'undone' || outcome === 'too late' ? said[outcome] : `not taken back: ${error?.message ?? outcome}`;
      return { port: outcome, value: null, record: json(error), sentence };
    }
    case 'node.completed':
      return {
        port: event.body.port,
        value: event.body.value,
        record: json(event.body.record),
        sentence: sentenceOf(event.body.record, event.body.port),
      };
    case 'call.intended':
      return waits(
        event.body.request,
        `about to do ${event.body.connection} · ${event.body.action}; the intent is on record`,
      );
    case 'call.failed':
      return waits(null, `attempt ${event.body.attempt} failed: ${event.body.error.message}`);
    case 'call.repeated':
      return waits(null, `attempt ${event.body.attempt} under way`);
    case 'call.doubted':
      return waits(null, `in doubt: ${event.body.error.message}`);
    case 'task.created':
      return waits(null, `waits for ${event.body.role}: ${event.body.title}`);
    case 'wait.begun': {
      const { until, match } = event.body;
      const clock = until === null ? '' : `${match === null ? '' : ', or'} until ${new Date(until).toISOString()}`;
      return waits(null, `waits${match === null ? '' : ' for a message'}${clock}`);
    }
    case 'task.voted':
      return waits(null, `${event.body.vote.person}: ${event.body.vote.decision}`);
    case 'doubt.settled':
      return waits(
        null,
        `${event.body.settlement.person} says that it ${event.body.settlement.happened ? 'happened' : 'did not happen'}`,
      );
    case 'run.ended':
      return {
        port: null,
        value: event.body.value,
        record: json(event.body.error),
        sentence:
          event.body.status !== 'completed'
            ? `${event.body.status}: ${event.body.error?.message ?? 'by a person'}`
            : `ended as ${event.body.result}`,
      };
  }
}

const waits = (value: FeelValue, sentence: string): Told => ({ port: null, value, record: null, sentence });

/** Plain data as JSON. */
function json(data: object | null): JsonValue {
  const plain: JsonValue = data === null ? null : parseStrict(JSON.stringify(data));
  return plain;
}

function sentenceOf(record: NodeRecord | null, port: string): string {
  if (record === null) return port === 'next' ? 'done' : port;
  switch (record.by) {
    case 'model': {
      if ('error' in record) return `no answer: ${record.error.message}`;
      const { answer } = record;
      const share = `${Math.round(answer.confidence * 100)} %`;
      const words = answer.reasons.slice(0, 3).map((reason) => `“${reason.word}”`);
      const because = words.length === 0 ? '' : `, because of ${words.join(', ')}`;
      return answer.status === 'answered'
        ? `${answer.guess}, sure at ${share}${because}`
        : `uncertain (${answer.why ?? ''}): at best ${answer.guess}, ${share}${because}`;
    }
    case 'rule':
      return record.rows.length === 0
        ? 'no row matched'
        : `${record.rows.length === 1 ? 'row' : 'rows'} ${record.rows.join(', ')}`;
    case 'formula':
      return `done, with warnings: ${record.warnings.join('; ')}`;
    case 'system':
      return record.error === undefined
        ? `${record.connection} · ${record.action}: ${port}${record.attempts > 1 ? ` at attempt ${record.attempts}` : ''}`
        : `${record.connection} · ${record.action}: ${port}, ${record.error.message}`;
    case 'person':
      return record.decisions
        .map(
          (one) =>
            `${one.decision} by ${one.person}${one.person.includes(one.role) ? '' : ` (${one.role})`}${one.comment === '' ? '' : `: ${one.comment}`}`,
        )
        .join('; ');
    case 'timer':
      return port === 'timed out' ? 'nothing came in time' : 'the time came';
    case 'message':
      return `“${record.name}” came from ${record.from}`;
  }
}
