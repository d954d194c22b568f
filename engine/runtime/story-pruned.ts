import type { Actor, RunEventType } from '../core/event.ts';
import { RUN_EVENT_TYPES } from '../core/event.ts';
import type { Flow } from '../flow/document.ts';
import { actorWords, THE_CASE, type StoryMoment, type StoryStep } from './told.ts';

/** What stays of an event once its content was pruned. */
export interface PrunedEvent {
  type: string;
  node: string | null;
  path: string | null;
  /** Milliseconds since 1970. */
  at: number;
  actor: Actor;
}

const WORDS: Readonly<Record<RunEventType, string>> = {
  'run.started': 'started',
  'node.completed': 'done',
  'answer.set aside': 'its answer was set aside, and another was asked',
  'call.intended': 'about to send; the intent is on record',
  'call.failed': 'an attempt failed',
  'call.repeated': 'the same was sent again',
  'call.doubted': 'in doubt, whether it happened',
  'task.created': 'a person was asked',
  'task.voted': 'a person decided',
  'doubt.settled': 'a person said how it was',
  'doubt.reopened': 'a person had it looked up again',
  'wait.begun': 'waited',
  'branches.opened': 'branches were opened',
  'branches.dropped': 'branches were left as they were',
  'run.stopping': 'came to its end early',
  'run.admitted': 'its turn came',
  'run.suspended': 'suspended',
  'run.resumed': 'resumed',
  'undo.intended': 'an effect was about to be taken back; the intent is on record',
  'effect.undone': 'taking an effect back was settled',
  'run.ended': 'ended',
};

const typeOf = (type: string): RunEventType | null => RUN_EVENT_TYPES.find((one) => one === type) ?? null;

/**
 * The course of a run whose content was pruned, from what stays readable: each event with its time and who put it on
 * record. Exits are given where only one wire leads from a step to the one after it; how the case ended is on the run.
 *
 * @param flow of the program that ran, where it is still served
 */
export function prunedStory(
  flow: Pick<Flow, 'edges' | 'nodes'> | null,
  row: { result: string | null; status: string },
  events: readonly PrunedEvent[],
): StoryStep[] {
  const began = events[0]?.at ?? 0;
  const trigger = Object.entries(flow?.nodes ?? {}).find(([, { kind }]) => kind === 'trigger')?.[0] ?? THE_CASE;
  const steps: StoryStep[] = [];
  const open = new Map<string, StoryStep>();
  const visits = new Map<string, number>();
  const settledAt = new Map<string, number>();
  for (const [i, { type: stored, node: at, path: within, at: time, actor }] of events.entries()) {
    const type = typeOf(stored);
    if (type === null) continue;
    const isStart = type === 'run.started' || type === 'run.admitted';
    const node = isStart ? trigger : (at ?? THE_CASE);
    const path = within ?? '';
    const turn = `${path} ${node}`;
    const atMs = time - began;
    const by = actorWords(actor);
    const end = type === 'run.ended' ? ` as “${row.result ?? row.status}”` : '';
    const sentence = `${WORDS[type]}${end}${by === 'the engine' ? '' : ` by ${by}`}; its content was pruned`;
    const moment: StoryMoment = { type, place: i + 1, atMs, sentence, facts: [] };
    const step =
      open.get(turn) ?? emptyStep(node, path, (visits.get(turn) ?? 0) + 1, Math.min(atMs, settledAt.get(path) ?? atMs));
    if (!open.has(turn)) steps.push(step);
    step.moments.push(moment);
    step.atMs = atMs;
    step.sentence = sentence;
    step.settledAt = i + 1;
    if (node === THE_CASE) continue;
    const settles = SETTLING.has(type);
    if (settles) open.delete(turn);
    else open.set(turn, step);
    step.state = settles ? 'done' : 'left';
    if (!settles) continue;
    visits.set(turn, step.visit);
    settledAt.set(path, atMs);
    step.tookMs = atMs - step.fromMs;
    if (flow === null || type === 'run.ended') continue;
    const next = events.slice(i + 1).find((later) => later.node !== null && (later.path ?? '') === path)?.node ?? null;
    Object.assign(step, exitOf(flow, node, next));
  }
  return steps;
}

const SETTLING: ReadonlySet<RunEventType> = new Set([
  'run.started',
  'run.admitted',
  'node.completed',
  'answer.set aside',
  'effect.undone',
  'run.ended',
]);

/** The one exit that can have been taken; none where several lead there. */
function exitOf(
  { edges }: Pick<Flow, 'edges'>,
  node: string,
  next: string | null,
): { port: string | null; edge: string | null } {
  const ways = Object.entries(edges).filter(([, { from }]) => from.node === node);
  const leading = ways.filter(([, { to }]) => to.node === next);
  const [only, ...more] = leading.length > 0 ? leading : ways;
  return only === undefined || more.length > 0
    ? { port: null, edge: null }
    : { port: only[1].from.port, edge: only[0] };
}

const emptyStep = (node: string, path: string, visit: number, fromMs: number): StoryStep => ({
  node,
  path,
  visit,
  state: 'done',
  settledAt: null,
  port: null,
  edge: null,
  value: null,
  record: null,
  fromMs,
  atMs: fromMs,
  tookMs: null,
  sentence: '',
  read: [],
  moments: [],
});
