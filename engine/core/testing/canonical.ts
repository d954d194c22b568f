import { encodeValue, type JsonValue } from '../../feel/value.ts';
import { canonicalJson, parseStrict } from '../../flow/json.ts';
import { framesOf } from '../frames.ts';
import type { Frame, Intent, Position, RunState } from '../state.ts';

const intentOf = (intent: Intent | null): JsonValue =>
  intent === null ? null : { key: intent.key, request: encodeValue(intent.request) };

const plain = (value: unknown): JsonValue => parseStrict(JSON.stringify(value));

/**
 * Where a run stands as far as its events say: that a question or a read was put is on no record, since nothing has to
 * be known of it after a crash.
 */
function positionOf(position: Position | null): JsonValue {
  if (position === null) return null;
  const { node, visit, phase } = position;
  const at = { node, visit };
  switch (phase) {
    case 'ready':
    case 'asking':
      return { ...at, phase: 'ready' };
    case 'calling':
      return position.intent === null
        ? { ...at, phase: 'ready' }
        : {
            ...at,
            phase,
            attempt: position.attempt,
            maybeSent: position.maybeSent,
            pausedSince: position.pausedSince ?? null,
            intent: intentOf(position.intent),
          };
    case 'retrying': {
      const { attempt, maybeSent, retryAt, pausedSince = null } = position;
      return { ...at, phase, attempt, maybeSent, retryAt, pausedSince, intent: intentOf(position.intent) };
    }
    case 'tasked':
      return { ...at, phase, task: plain(position.task), votes: plain(position.votes) };
    case 'waiting':
      return { ...at, phase, until: position.until, match: position.match };
    case 'open': {
      const { brought, items, approvals, ...block } = position.block;
      return {
        ...at,
        phase,
        block: plain(block),
        items: items === null ? null : items.map(encodeValue),
        approvals: plain([...approvals].map(([key, { agreed, last }]) => ({ key, agreed: [...agreed], last }))),
        brought: Object.fromEntries([...brought].map(([key, value]) => [key, encodeValue(value)])),
      };
    }
    case 'doubted': {
      const { task, attempt, error } = position;
      return { ...at, phase, task, attempt, error: plain(error), intent: intentOf(position.intent) };
    }
  }
}

function frameOf(frame: Frame): JsonValue {
  const { scope, visits, backs, agreed, confirmed, position, parent, undoes, aside, ...rest } = frame;
  return {
    ...rest,
    parent: parent?.path ?? null,
    undoes: undoes?.key ?? null,
    scope: encodeValue(scope),
    visits: Object.fromEntries(visits),
    backs: Object.fromEntries(backs),
    aside: plain(aside),
    agreed: plain(Object.fromEntries(agreed)),
    confirmed:
      confirmed === null
        ? null
        : { node: confirmed.node, request: encodeValue(confirmed.request), over: plain(confirmed.over) },
    position: positionOf(position),
  };
}

/** A run's durable state as canonical text: two states are the same exactly when these bytes are. */
export function canonicalState(state: RunState): string {
  const { root: _, branches, ended, stopping, effects, ...rest } = state;
  return canonicalJson({
    ...rest,
    initiator: { ...rest.initiator },
    retriedBy: rest.retriedBy.map((by) => ({ ...by })),
    frames: [...framesOf(state)].map(frameOf),
    order: [...branches.keys()],
    stopping: plain(stopping),
    effects: effects.map(({ request, response, ...effect }) => ({
      ...effect,
      request: request === null ? null : encodeValue(request),
      response: encodeValue(response),
    })),
    ended: ended === null ? null : { ...plainEnd(ended), value: encodeValue(ended.value) },
  });
}

const plainEnd = ({ status, result, error }: NonNullable<RunState['ended']>) => ({
  status,
  result,
  error: error === null ? null : plain(error),
});
