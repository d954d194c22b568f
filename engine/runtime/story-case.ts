import { toJson } from '../feel/value.ts';
import type { RunEvent } from '../core/event.ts';
import { momentWords } from './lasting.ts';
import { fact, factsOf, gave, json, plain, remark, settled, type Around, type BodyOf } from './story-facts.ts';
import type { Seal } from '../flow/story-fact.ts';
import { actorWords, type Told } from './told.ts';

/** Events about the case as a whole. */
export type CaseEvent = Extract<RunEvent, { type: `run.${string}` }>;
export const isCaseEvent = (event: RunEvent): event is CaseEvent => event.type.startsWith('run.');

/** What an event about the case says. */
export function caseMoment(event: CaseEvent, around: Around): Told {
  switch (event.type) {
    case 'run.started':
      return started(event.body, around);
    case 'run.admitted':
      return { ...plain('its turn came'), settles: settled('next') };
    case 'run.suspended':
      return plain(`suspended by ${actorWords(event.body.by)}${remark(event.body.reason, around.seal)}`);
    case 'run.resumed':
      return plain(`resumed by ${actorWords(event.body.by)}${remark(event.body.reason, around.seal)}`);
    case 'run.stopping':
      return stopping(event.body, around);
    case 'run.ended':
      return ended(event.body, around);
  }
}

function started(body: BodyOf<'run.started'>, { program, seal }: Around): Told {
  const { release, program: digest, key, initiator, deadline, retries, carried, queued, input } = body;
  const version = release === null ? `the program ${digest}` : `release ${release}`;
  const again =
    retries === undefined
      ? `started by ${actorWords(initiator)}`
      : `${actorWords(retries.by)} had the case ${retries.run} tried again ${retries.from === null ? 'from the start' : 'from where it failed'}${remark(retries.reason, seal)}`;
  const more = [
    `on ${version}`,
    ...(key === null || retries !== undefined ? [] : [`with the key “${key}”`]),
    ...(deadline === null ? [] : [`to be over by ${momentWords(deadline)}`]),
    ...(queued === true ? ['waits for its turn, until the cases before it have ended'] : []),
  ];
  const fields = new Set([...input.keys(), ...(seal === 'erased' ? program.personalFields : [])]);
  const facts = [...fields].map((name) => {
    const own: Seal = program.personalFields.has(name) ? (seal === 'erased' ? seal : 'sealed') : 'open';
    return fact('began with', name, toJson(input.get(name) ?? null), own);
  });
  return {
    sentence: `${again}; ${more.join(', ')}`,
    facts: [...facts, ...(carried === undefined ? [] : factsOf('carried over', carried.values, seal))],
    ...(queued === true ? {} : { settles: settled('next') }),
  };
}

function stopping({ error, cancelled, undo }: BodyOf<'run.stopping'>, { seal }: Around): Told {
  const why =
    cancelled === null
      ? `fails: ${error?.message ?? 'without a reason'}`
      : `cancelled by ${actorWords(cancelled.by)}${remark(cancelled.reason, seal)}`;
  const kept = undo ? '' : ', and what was done is kept';
  const settles = { ...settled(null), record: json(error), state: 'failed' as const };
  return { ...plain(`${why}; what is under way is settled first${kept}`), ...(error === null ? {} : { settles }) };
}

function ended({ status, result, value, error }: BodyOf<'run.ended'>, { seal, actor }: Around): Told {
  const by = actor === undefined || actorWords(actor) === 'the engine' ? '' : ` by ${actorWords(actor)}`;
  if (status === 'completed')
    return {
      sentence: `ended as “${result}”`,
      facts: gave(value, seal),
      settles: { port: null, value: toJson(value), record: null },
    };
  const sentence = `ended as ${status}${by}${error === null ? '' : `: ${error.message}`}`;
  return { sentence, facts: [], settles: { port: null, value: null, record: json(error), state: 'failed' } };
}
