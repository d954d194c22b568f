import { toJson } from '../../feel/value.ts';
import type { StoredMoment, StoryMoment, StoryStep } from '../told.ts';

/**
 * What does not hold of a story, given the events that it tells: each has its one moment, in order; what was about to be
 * sent stands there with its key; a step begins no later than it is first heard of; nothing is under way in a case that
 * has ended; places are those of the events, and a step is settled by one that is not before its first. Empty when all
 * holds.
 */
export function storyFlaws(events: readonly StoredMoment[], story: readonly StoryStep[]): string[] {
  const began = events[0]?.at ?? 0;
  const wrong: string[] = [];
  const left: StoryMoment[] = story.flatMap(({ moments }) => moments);
  for (const [i, { event, at, seal = 'open' }] of events.entries()) {
    const found = left.findIndex(
      ({ type, atMs, place }) => type === event.type && atMs === at - began && place === i + 1,
    );
    const [moment] = found < 0 ? [] : left.splice(found, 1);
    if (moment === undefined || moment.sentence === '') wrong.push(`${event.type} is not told`);
    if (moment === undefined || seal === 'erased') continue;
    if (event.type !== 'call.intended' && event.type !== 'undo.intended') continue;
    const { key, request } = event.body;
    const told = moment.facts.map(({ what, name, value }) => JSON.stringify([what, name, value]));
    if (!told.includes(JSON.stringify(['key', '', key]))) wrong.push(`the key ${key} is not told`);
    for (const [name, value] of request)
      if (!told.includes(JSON.stringify(['sent', name, toJson(value)])))
        wrong.push(`what was sent as “${name}” is not told`);
  }
  if (left.length > 0) wrong.push(`${left.length} moments are of no event`);
  const ended = events.some(({ event }) => event.type === 'run.ended');
  for (const { node, visit, fromMs, atMs, tookMs, state, settledAt, moments } of story) {
    const step = `step ${node} ${visit}`;
    if ((settledAt === null) !== (state === 'under way')) wrong.push(`${step} is settled and is not`);
    if (settledAt !== null && (settledAt < (moments[0]?.place ?? 0) || settledAt > events.length))
      wrong.push(`${step} is settled by no event of its time`);
    if (fromMs < 0 || fromMs > (moments[0]?.atMs ?? 0)) wrong.push(`${step} began after it was heard of`);
    if (tookMs !== null && tookMs < 0) wrong.push(`${step} took less than no time`);
    if (tookMs !== null && state !== 'done' && state !== 'failed' && state !== 'set aside')
      wrong.push(`${step} is over and is not`);
    if (moments.some((one, i) => one.atMs < (moments[i - 1]?.atMs ?? 0))) wrong.push(`${step} is out of order`);
    if (ended && state === 'under way') wrong.push(`${step} is under way in a case that has ended`);
    if (atMs < (moments.at(-1)?.atMs ?? 0)) wrong.push(`${step} ends before its last moment`);
  }
  return wrong;
}
