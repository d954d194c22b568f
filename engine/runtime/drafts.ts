import { BODY_VERSION, encodeEvent } from '../core/codec.ts';
import { ENGINE, type Actor, type RunEvent } from '../core/event.ts';
import { canonicalJson } from '../flow/json.ts';
import type { Draft } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Committed } from './batch.ts';

/**
 * Events of runs of one program as the journal takes them. Throws where an event holds what no journal can, such as a
 * FEEL function or half a surrogate pair: found here, it concerns one run; found by the journal, the whole batch.
 */
export function drafts(committed: readonly Committed[], program: Program): Draft[] {
  return committed.map(({ run, at, event }) => {
    const { open, sealed } = encodeEvent(program, event);
    return {
      subject: `run:${run}`,
      type: event.type,
      v: BODY_VERSION,
      at,
      actor: actorOf(event),
      ...('node' in event && event.node !== null ? { node: event.node } : {}),
      ...('path' in event && event.path !== undefined ? { path: event.path } : {}),
      open,
      ...(sealed === null ? {} : { sealed: { keyOf: `run:${run}`, value: sealed } }),
      // Writing it is checking it.
      texts: { open: canonicalJson(open), sealed: sealed === null ? null : canonicalJson(sealed) },
    };
  });
}

/** Who is behind an event: the initiator of a start, the person of a decision, otherwise the engine. */
function actorOf(event: RunEvent): Actor {
  switch (event.type) {
    case 'run.started':
      return event.body.retries?.by ?? event.body.initiator;
    case 'task.voted':
      return person(event.body.vote);
    case 'doubt.reopened':
    case 'doubt.settled':
      return person(event.body.settlement);
    case 'node.completed': {
      const last = event.body.record?.by === 'person' ? event.body.record.decisions.at(-1) : undefined;
      return last === undefined ? ENGINE : person(last);
    }
    case 'run.suspended':
    case 'run.resumed':
      return event.body.by;
    case 'run.stopping':
      return event.body.cancelled?.by ?? ENGINE;
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
