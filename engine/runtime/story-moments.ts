import { decodeValue, toJson } from '../feel/value.ts';
import type { RunEvent, Settlement, Shown } from '../core/event.ts';
import { lasting, momentWords } from './lasting.ts';
import { basisWords, personWords, type Unrecorded } from './story-basis.ts';
import { caseMoment, isCaseEvent, type CaseEvent } from './story-case.ts';
import {
  fact,
  factsOf,
  gave,
  json,
  keyFact,
  plain,
  remark,
  settled,
  taskFact,
  type Around,
  type BodyOf,
  type Known,
} from './story-facts.ts';
import { rowsIn } from './story-rows.ts';
import type { Seal } from '../flow/story-fact.ts';
import type { StoredMoment, StoryFact, StoryStep, Told } from './told.ts';

/** What one event says, in plain words, with everything that it holds beside them. */
export function momentOf(
  program: Known,
  { event, at, seal = 'open', actor }: StoredMoment,
  step: StoryStep,
  began: number,
): Told {
  const around: Around = { program, seal, at, actor, step, began };
  return isCaseEvent(event) ? caseMoment(event, around) : stepMoment(event, around);
}

function stepMoment(event: Exclude<RunEvent, CaseEvent>, around: Around): Told {
  const { seal } = around;
  switch (event.type) {
    case 'node.completed':
      return completed(event, around);
    case 'answer.set aside': {
      const { record, next } = event.body;
      const said = basisWords(record, 'uncertain', unrecorded(event.node, around));
      const settles = { ...settled('set aside'), record: json(record), state: 'set aside' as const };
      return { ...plain(`${said}; ${ASKED_NEXT[next]} is asked instead`), settles };
    }
    case 'call.intended': {
      const { connection, action, class: weight, key, request } = event.body;
      return {
        sentence: `sends ${connection} · ${action} (${weight}); the intent is on record first`,
        facts: [keyFact(key), ...factsOf('sent', request, seal)],
      };
    }
    case 'call.failed':
      return callFailed(event.body, around);
    case 'call.repeated':
      return plain(`attempt ${event.body.attempt} is sent, the same again`);
    case 'call.doubted': {
      const { task, key, error, connection, action } = event.body;
      const sentence = `in doubt, whether ${connection} · ${action} happened: ${withoutStop(error.message)}; an operator is asked`;
      return { sentence, facts: [taskFact(task), keyFact(key)] };
    }
    case 'task.created':
      return asked(event.body, around);
    case 'task.voted': {
      const { vote, task, enough } = event.body;
      const { person, role, decision, comment } = vote;
      const said = `${personWords(person, role)} ${decision}${after(task, around)}${remark(comment, seal)}`;
      return {
        sentence: `${said}${enough === true ? '; that is enough, it is sent now' : ''}`,
        facts: [taskFact(task)],
      };
    }
    case 'doubt.settled': {
      const { task, settlement, held } = event.body;
      const sent =
        settlement.happened === false
          ? held === true
            ? '; it is sent when the case goes on'
            : '; it may be sent now'
          : '';
      return { sentence: `${settlementWords(settlement, task, around)}${sent}`, facts: [taskFact(task)] };
    }
    case 'doubt.reopened': {
      const { task, settlement } = event.body;
      return {
        sentence: `${settlementWords(settlement, task, around)}; it is looked up again`,
        facts: [taskFact(task)],
      };
    }
    case 'wait.begun':
      return waitBegun(event.body, seal);
    case 'branches.opened': {
      const { keys, item, items, any, atOnce } = event.body;
      const many = item === null ? keys.join(', ') : `${keys.length} × ${item}`;
      const limit = atOnce < keys.length ? `, ${atOnce} at once` : '';
      const facts = (items ?? []).map((value, i) => fact('branch', keys[i] ?? String(i + 1), toJson(value), seal));
      const gone = item !== null && items === null ? [fact('branch', '', null, 'erased')] : [];
      return {
        sentence: `goes on with ${any ? 'the first of' : 'all of'}: ${many || 'nothing'}${limit}`,
        facts: [...facts, ...gone],
      };
    }
    case 'branches.dropped':
      return plain(`branches are left as they are: ${event.body.paths.join(', ')}`);
    case 'undo.intended': {
      const { connection, action, key, of, request } = event.body;
      const sentence = `takes back the effect ${of} by ${connection} · ${action}; the intent is on record first`;
      return { sentence, facts: [keyFact(key), ...factsOf('sent', request, seal)] };
    }
    case 'effect.undone':
      return undone(event.body);
  }
}

const ASKED_NEXT = { model: 'another model', rule: 'the table', person: 'a person' };

function unrecorded(id: string, around: Around): Unrecorded {
  const node = around.program.nodes.get(id);
  return {
    kind: node?.kind ?? '',
    isJoin: node?.isJoin ?? false,
    erased: around.seal === 'erased',
    waited: answeredAfter(around),
    numbersOf: (rows) => rowsIn(around.program, id, rows).flatMap(({ name }) => (name === '' ? [] : [name])),
  };
}

function completed({ node, body }: Extract<RunEvent, { type: 'node.completed' }>, around: Around): Told {
  const { program, seal, step } = around;
  const { port, value, record } = body;
  const sentence = basisWords(record, port, unrecorded(node, around));
  const rows = record?.by === 'rule' ? rowsIn(program, node, record.rows) : [];
  const told = step.moments.some(({ facts }) => facts.some(({ what }) => what === 'key'));
  const key = record?.by === 'system' && record.key !== '' && !told ? [keyFact(record.key)] : [];
  const settles = { port, value: toJson(value), record: json(record) };
  const sealed = (one: StoryFact): StoryFact => ({ ...one, seal });
  return { sentence, facts: [...rows.map(sealed), ...key, ...gave(value, seal)], settles };
}

/** A sentence of somebody else in the middle of one of ours. */
const withoutStop = (sentence: string): string => sentence.replace(/\.$/, '');

function callFailed({ attempt, sent, error, retryAt, paused, held }: BodyOf<'call.failed'>, { at }: Around): Told {
  const again = retryAt > at ? `in ${lasting(retryAt - at)}` : 'at once';
  if (held === true) return plain('nothing was sent, as it was stopped before it left; it leaves once it may go on');
  if (paused === true) {
    const why =
      error.code === 'CONNECTION_BUSY' ? 'its turn on the connection did not come' : 'the connection is paused';
    return plain(`nothing was sent, as ${why}; tried again ${again}`);
  }
  const reached = sent === 'no' ? 'nothing was sent' : 'it may have got there';
  return plain(`attempt ${attempt} failed: ${withoutStop(error.message)} (${reached}); tried again ${again}`);
}

function asked(body: BodyOf<'task.created'>, { seal, at }: Around): Told {
  const { role, title, shown, due, count, fourEyes, again, over, task } = body;
  const more = [
    ...(count > 1 ? [`${count} of them have to agree`] : []),
    ...(fourEyes ? ['not whoever caused it'] : []),
    ...(again && (over ?? []).length === 0 ? ['asked again about what is about to be sent'] : []),
    ...(due === null ? [] : [`due in ${lasting(due - at)}`]),
  ];
  const why = shown?.reason === undefined ? '' : `, as ${shown.reason}`;
  const aside = more.length === 0 ? '' : ` (${more.join(', ')})`;
  const facts = shown === null ? [fact('shown', '', null, 'erased')] : shownFacts(shown, seal);
  return { sentence: `waits for ${role}${why}: ${title}${aside}`, facts: [taskFact(task), ...facts] };
}

/** What whoever decides was shown, and what would be sent then. */
const shownFacts = (shown: Shown, seal: Seal): StoryFact[] => [
  ...shown.facts.map(({ label, value }) => fact('shown', label, toJson(decodeValue(value)), seal)),
  ...shown.effects.map(({ connection, action, request }) =>
    fact(
      'would send',
      `${connection} · ${action}`,
      request === null ? 'what is not known yet' : toJson(decodeValue(request)),
      seal,
    ),
  ),
];

/** How long after it was asked somebody answered, by the record's own clock; nothing where that is not on record. */
function after(task: string, { step, at, began }: Around): string {
  const isAbout = ({ what, value }: StoryFact): boolean => what === 'task' && value === task;
  const question = step.moments.findLast(({ facts }) => facts.some(isAbout));
  return question === undefined ? '' : ` after ${lasting(at - began - question.atMs)}`;
}

/** {@link after} of the question that a step asked last. */
function answeredAfter(around: Around): string {
  const asking = around.step.moments.findLast(({ type }) => type === 'task.created');
  const task = asking?.facts.find(({ what }) => what === 'task')?.value;
  return typeof task === 'string' ? after(task, around) : '';
}

function settlementWords({ happened, person, role, comment }: Settlement, task: string, around: Around): string {
  const says =
    happened === null
      ? 'does not know whether it happened'
      : happened
        ? 'says that it happened'
        : 'says that it did not happen';
  return `${personWords(person, role)} ${says}${after(task, around)}${remark(comment, around.seal)}`;
}

function waitBegun({ until, match }: BodyOf<'wait.begun'>, seal: Seal): Told {
  if (seal === 'erased')
    return plain(`waits${match === null ? '' : ' for a message, or'} until a time that was erased`);
  const clock = until === null ? '' : `${match === null ? '' : ', or'} until ${momentWords(until)}`;
  return plain(`waits${match === null ? '' : ' for a message'}${clock}`);
}

function undone({ outcome, attempts, error, of }: BodyOf<'effect.undone'>): Told {
  const often = attempts > 1 ? `, at attempt ${attempts}` : '';
  const sentence =
    outcome === 'undone'
      ? `the effect ${of} was taken back${often}`
      : outcome === 'too late'
        ? `the effect ${of} was not taken back: it was too late`
        : `the effect ${of} was not taken back${often}: ${error?.message ?? outcome}`;
  return { ...plain(sentence), settles: { port: outcome, value: null, record: json(error) } };
}
