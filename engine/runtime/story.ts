import { toJson, type FeelValue, type JsonValue } from '../feel/value.ts';
import type { Flow } from '../flow/document.ts';
import { parseStrict } from '../flow/json.ts';
import type { NodeRecord, PersonDecision } from '../../nodes/kind.ts';
import type { RunEvent } from '../core/event.ts';
import type { Retries } from '../core/try-again.ts';

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
    const isStart = event.type === 'run.started' || event.type === 'run.admitted';
    const node = 'node' in event ? event.node : isStart ? trigger : null;
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
      return event.body.queued === true
        ? waits(null, 'accepted; waits for its turn, until the cases before it have ended')
        : { port: 'next', value: null, record: null, sentence: startedWith(event.body.retries) };
    case 'run.admitted':
      return { port: 'next', value: null, record: null, sentence: 'its turn came' };
    case 'branches.dropped':
      return null;
    case 'branches.opened': {
      const { keys, item, join: _, ...rest } = event.body;
      const many = item === null ? keys.join(', ') : `${keys.length} × ${item}`;
      return waits(null, `${rest.any ? 'until the first of' : 'all of'}: ${many || 'nothing'}`);
    }
    case 'run.stopping':
      return stopping(event.body);
    case 'run.suspended':
    case 'run.resumed':
      return null;
    case 'undo.intended':
      return waits(event.body.request, `about to take back by ${event.body.connection} · ${event.body.action}`);
    case 'effect.undone':
      return undone(event.body);
    case 'node.completed':
      return {
        port: event.body.port,
        value: event.body.value,
        record: json(event.body.record),
        sentence: sentenceOf(event.body.record, event.body.port),
      };
    case 'answer.set aside': {
      const { record, next } = event.body;
      const sentence = `${sentenceOf(record, 'uncertain')}; ${ASKED_NEXT[next]} is asked instead`;
      return { port: 'set aside', value: null, record: json(record), sentence };
    }
    case 'call.intended':
      return waits(
        event.body.request,
        `about to do ${event.body.connection} · ${event.body.action}; the intent is on record`,
      );
    case 'call.failed': {
      const { attempt, error, paused, retryAt } = event.body;
      if (paused === true)
        return waits(
          null,
          `nothing was sent, as the connection is paused; tried again ${new Date(retryAt).toISOString()}`,
        );
      return waits(null, `attempt ${attempt} failed: ${error.message}`);
    }
    case 'call.repeated':
      return waits(null, `attempt ${event.body.attempt} under way`);
    case 'call.doubted':
      return waits(null, `in doubt: ${event.body.error.message}`);
    case 'task.created':
      return waits(null, asksFor(event.body));
    case 'wait.begun': {
      const { until, match } = event.body;
      const clock = until === null ? '' : `${match === null ? '' : ', or'} until ${new Date(until).toISOString()}`;
      return waits(null, `waits${match === null ? '' : ' for a message'}${clock}`);
    }
    case 'task.voted':
      return waits(null, `${event.body.vote.person}: ${event.body.vote.decision}`);
    case 'doubt.reopened':
      return waits(null, `${event.body.settlement.person} does not know whether it happened: it is looked up again`);
    case 'doubt.settled':
      return waits(
        null,
        `${event.body.settlement.person} says that it ${event.body.settlement.happened ? 'happened' : 'did not happen'}`,
      );
    case 'run.ended':
      return ended(event.body);
  }
}

const ASKED_NEXT = { model: 'another model', rule: 'the table', person: 'a person' };

function startedWith(retries: Retries | undefined): string {
  if (retries === undefined) return 'done';
  const { run, from, by, reason } = retries;
  return `${by.subject} had the case ${run} tried again ${from === null ? 'from the start' : 'from where it failed'}: ${reason}`;
}

type BodyOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>['body'];

function stopping({ error, cancelled }: BodyOf<'run.stopping'>): Told {
  const why = cancelled === null ? `fails: ${error?.message ?? ''}` : `cancelled: ${cancelled.reason}`;
  return waits(null, `${why}; what is under way is settled first`);
}

function undone({ outcome, error }: BodyOf<'effect.undone'>): Told {
  const said = { undone: 'taken back', 'too late': 'too late to take back' };
  const sentence =
    outcome === 'undone' || outcome === 'too late' ? said[outcome] : `not taken back: ${error?.message ?? outcome}`;
  return { port: outcome, value: null, record: json(error), sentence };
}

function asksFor({ role, title, shown }: BodyOf<'task.created'>): string {
  const why = shown?.reason === undefined ? '' : `, as ${shown.reason}`;
  return `waits for ${role}${why}: ${title}`;
}

function ended({ status, result, value, error }: BodyOf<'run.ended'>): Told {
  const sentence = status === 'completed' ? `ended as ${result}` : `${status}: ${error?.message ?? 'by a person'}`;
  return { port: null, value, record: json(error), sentence };
}

const waits = (value: FeelValue, sentence: string): Told => ({ port: null, value, record: null, sentence });

/** Plain data as JSON. */
function json(data: object | null): JsonValue {
  const plain: JsonValue = data === null ? null : parseStrict(JSON.stringify(data));
  return plain;
}

/** The decision, or what the person chose; what they filled in stands in the value. */
function answerWords({ decision, answer }: PersonDecision): string {
  if (answer === undefined) return decision;
  const choice = answer['choice'];
  return Object.keys(answer).length === 1 && typeof choice === 'string' ? `“${choice}” chosen` : 'filled in';
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
            `${answerWords(one)} by ${one.person}${one.person.includes(one.role) ? '' : ` (${one.role})`}${one.comment === '' ? '' : `: ${one.comment}`}`,
        )
        .join('; ');
    case 'timer':
      return port !== 'next' ? 'nothing came in time' : 'the time came';
    case 'mock':
      return `mocked: ${record.name}`;
    case 'message':
      return `“${record.name}” came from ${record.from}`;
  }
}
