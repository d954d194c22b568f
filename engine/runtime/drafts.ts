import { BODY_VERSION, encodeEvent } from '../core/codec.ts';
import { ENGINE, type Actor, type RunEvent } from '../core/event.ts';
import type { Draft } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Committed } from './engine.ts';

/** Run events as the journal takes them. `programs[i]` is the program of `committed[i]`. */
export function drafts(committed: readonly Committed[], programs: readonly Program[]): Draft[] {
  return committed.map(({ run, at, event }, i) => {
    const program = programs[i];
    if (program === undefined) throw new Error('each event has its program');
    const { open, sealed } = encodeEvent(program, event);
    return {
      subject: `run:${run}`,
      type: event.type,
      v: BODY_VERSION,
      at,
      actor: actorOf(event),
      ...('node' in event && event.node !== null ? { node: event.node } : {}),
      open,
      ...(sealed === null ? {} : { sealed: { keyOf: `run:${run}`, value: sealed } }),
    };
  });
}

/** Who is behind an event: the initiator of a start, the person of a decision, otherwise the engine. */
function actorOf(event: RunEvent): Actor {
  switch (event.type) {
    case 'run.started':
      return event.body.initiator;
    case 'task.voted':
      return person(event.body.vote);
    case 'doubt.settled':
      return person(event.body.settlement);
    case 'node.completed': {
      const last = event.body.record?.by === 'person' ? event.body.record.decisions.at(-1) : undefined;
      return last === undefined ? ENGINE : person(last);
    }
    default:
      return ENGINE;
  }
}

const person = (who: { person: string; role: string; signature: { by: string } }): Actor => ({
  issuer: 'people',
  subject: who.person,
  role: who.role,
  method: who.signature.by,
});
