/**
 * A run that tries an ended one again: where it begins, and what it begins with.
 *
 * Effect keys are of the run that was first in such a chain, and visits go on counting: what is done anew has a key of its
 * own, and what was done before is not done again, as its node is not entered. What somebody approved is not carried:
 * what needs a person is shown again.
 */
import { conformsTo } from '../feel/conform.ts';
import { mayBeNull } from '../feel/type.ts';
import type { FeelContext, FeelValue } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import { fieldType } from '../flow/field-type.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import { fold } from './core.ts';
import type { Actor, RunEvent } from './event.ts';
import type { Effect, RunState } from './state.ts';

/** Which run is tried again, by whom and why. */
export interface Retries {
  run: string;
  /** The first run of the chain: effect keys are of it. */
  root: string;
  /** The node that it goes on from; null where it begins at the start. */
  from: string | null;
  by: Actor;
  /** Who had the earlier ones of the chain tried again, the first of them first; absent where there are none. */
  before?: readonly Actor[];
  reason: string;
}

/** What it begins with, put on its own record. */
export interface Carried {
  /** The values of nodes that ran, by their names. */
  values: FeelContext;
  visits: Readonly<Record<string, number>>;
  backs: Readonly<Record<string, number>>;
  /** By connector node, the approval that listed it: whom to ask again. */
  approvals: Readonly<Record<string, string>>;
  lastApproval: string | null;
  /** Effects that were kept and can be taken back, should this run fail as well. */
  effects: readonly Effect[];
}

export type Again = 'failed step' | 'start';

export interface EndedRun {
  run: string;
  program: Program;
  events: readonly { event: RunEvent; at: number }[];
}

export interface AgainPlan {
  input: FeelContext;
  from: string | null;
  carried: Carried;
}

export type Planned = { plan: AgainPlan; refused: null } | { plan: null; refused: ErrorShape };

const refuse = (message: string, hint: string): Planned => ({
  plan: null,
  refused: {
    code: 'RETRY_REFUSED',
    message,
    meaning: 'No case was started.',
    hint,
    retryable: false,
    fault: 'user',
  },
});

const FROM_START = 'Try it again from the start, which says first what was done already.';

/**
 * Where a run that has ended can be tried again under a program, its own or a newer one, and with what. Refused in words
 * where it cannot be.
 */
export function planAgain(ended: EndedRun, target: Program, again: Again): Planned {
  const { program, run, events } = ended;
  const stopped = events.findIndex(({ event }) => event.type === 'run.stopping' || event.type === 'run.ended');
  const last = events.at(-1)?.event;
  if (last?.type !== 'run.ended')
    return refuse(
      `The case ${run} is still under way.`,
      'Look at it with “countersign runs show”: it goes on by itself, once what it waits for has come. Cancel it first if it is to begin anew.',
    );
  if (stopped < 0 || last.body.status === 'completed')
    return refuse(
      `The case ${run} ended as “${last.body.result}”: it has not failed and was not cancelled, so there is nothing to try again.`,
      'Start a new case.',
    );
  const before = fold(program, run, events.slice(0, stopped));
  const after = fold(program, run, events.slice(0, -1));
  const input = after.root.scope.get('input');
  if (!(input instanceof Map)) throw new Error(`the run ${run} has no input`);
  const unfit = inputUnfit(program, target, input);
  if (unfit !== null) return unfit;
  const visits = Object.fromEntries(after.root.visits);
  if (again === 'start') return { plan: { input, from: null, carried: { ...NOTHING, visits } }, refused: null };

  const place = placeOf(ended, before, after, events.slice(stopped));
  if (place.refused !== null) return { plan: null, refused: place.refused };
  const { from, anew } = place;
  const moved = nodeUnfit(program, target, from);
  if (moved !== null) return moved;
  const kept = keptValues(program, target, after, anew ? from : null);
  const effects = after.effects.filter((effect) => effect.request !== null);
  const missing =
    valuesUnfit(program, target, from, kept) ??
    personUnfit(program, target, from, after) ??
    rolesUnfit(target, after, effects);
  if (missing !== null) return missing;
  const carried: Carried = {
    values: kept,
    visits,
    backs: Object.fromEntries(after.root.backs),
    approvals: Object.fromEntries([...after.root.agreed].map(([node, { approval }]) => [node, approval])),
    lastApproval: after.root.lastApproval,
    effects,
  };
  return { plan: { input, from, carried }, refused: null };
}

const NOTHING: Carried = { values: new Map(), visits: {}, backs: {}, approvals: {}, lastApproval: null, effects: [] };

type Place = { from: string; anew: boolean; refused: null } | { refused: ErrorShape };

/** The node at which the run stood when it came to its end, or the next one where what was out came back as done. */
function placeOf(
  { program, run, events }: EndedRun,
  before: RunState,
  after: RunState,
  since: EndedRun['events'],
): Place {
  const not = (message: string): Place => ({ refused: refuse(message, FROM_START).refused ?? never(run) });
  if (events.some(({ event }) => event.type === 'effect.undone' && event.body.outcome === 'undone'))
    return not('What the case had done was taken back, so that going on from where it failed would build on nothing.');
  const done = [...before.effects, ...doneSince(program, since)];
  const { position } = before.root;
  if (position?.phase === 'open') {
    const inside = `${position.node}:${position.visit}:`;
    if (!done.some((effect) => effect.path.startsWith(inside)))
      return { from: position.node, anew: true, refused: null };
    return not(
      `It failed in one of the branches of “${nameOf(program, position.node)}”, and something was done in them already: they cannot be begun again as if it was not.`,
    );
  }
  const stop = since[0]?.event;
  const node = (stop?.type === 'run.stopping' || stop?.type === 'run.ended' ? stop.node : null) ?? position?.node;
  if (node === undefined || !program.nodes.has(node)) return not('Where it stood is not on record.');
  const settled = since.find(
    ({ event }) => event.type === 'node.completed' && event.node === node && (event.path ?? '') === '',
  )?.event;
  if (settled?.type === 'node.completed' && settled.body.port === 'done') {
    const way = program.nodes.get(node)?.ways.get('done');
    return way === undefined
      ? not('Nothing comes after what it had done.')
      : { from: way.to, anew: false, refused: null };
  }
  if (done.some((effect) => effect.node === node && effect.path === '' && effect.visit === after.root.visits.get(node)))
    return not(`“${nameOf(program, node)}” itself was done, and would be done twice.`);
  return { from: node, anew: true, refused: null };
}

/** Effects that came back as done while the case came to its end, also those that could not be taken back then. */
const doneSince = (program: Program, since: EndedRun['events']): Pick<Effect, 'node' | 'path' | 'visit'>[] =>
  since.flatMap(({ event }) => {
    if (event.type !== 'node.completed' || event.body.port !== 'done') return [];
    const action = program.nodes.get(event.node)?.action ?? null;
    if (action === null || action.class === 'read') return [];
    return [{ node: event.node, path: event.path ?? '', visit: event.body.visit }];
  });

function never(run: string): never {
  throw new Error(`nothing refuses to try ${run} again`);
}

const nameOf = (program: Program, node: string): string => program.nodes.get(node)?.name ?? node;

/** What a node that is entered anew had left is not there yet. */
function keptValues(program: Program, target: Program, after: RunState, anew: string | null): FeelContext {
  const values = new Map<string, FeelValue>(after.root.scope);
  values.delete('input');
  if (anew !== null) values.delete(program.nodes.get(anew)?.variable ?? '');
  if (target.digest === program.digest) return values;
  const known = new Set([...target.nodes.values()].map(({ variable }) => variable));
  for (const name of values.keys()) if (!known.has(name)) values.delete(name);
  return values;
}

const NEWER = 'Try it again with the version that it ran on, or from the start.';

function inputUnfit(program: Program, target: Program, input: FeelContext): Planned | null {
  if (target.digest === program.digest) return null;
  const fields = target.flow.input;
  for (const [name, field] of Object.entries(fields)) {
    const value = input.get(name) ?? null;
    const fits = value === null ? field.optional === true : conformsTo(value, fieldType(field));
    if (!fits) return refuse(`The newer version asks for “${name}” in another form than this case has it.`, NEWER);
  }
  for (const [name, value] of input)
    if (value !== null && !Object.hasOwn(fields, name))
      return refuse(`The newer version does not know the field “${name}”, which this case has.`, NEWER);
  for (const name of program.personalFields)
    if (!target.personalFields.has(name))
      return refuse(`In the newer version “${name}” is no longer marked as personal, and would not be sealed.`, NEWER);
  return null;
}

function nodeUnfit(program: Program, target: Program, from: string): Planned | null {
  const old = program.nodes.get(from);
  const node = target.nodes.get(from);
  const name = nameOf(program, from);
  if (node === undefined) return refuse(`In the newer version there is no step “${name}” to go on from.`, NEWER);
  if (node.kind !== old?.kind) return refuse(`In the newer version “${name}” is another kind of step.`, NEWER);
  const around = [...target.nodes.values()].find((one) => one.block !== null && isInside(target, one, from));
  return around === undefined
    ? null
    : refuse(`In the newer version “${name}” stands in a branch of “${around.name}”.`, NEWER);
}

/** Whether a node stands between one that fans out and where its branches come together. */
function isInside(program: Program, opener: ProgramNode, node: string): boolean {
  const seen = new Set<string>([opener.block?.join ?? '']);
  const next = [...opener.ways.values()].map((way) => way.to);
  for (let at = next.pop(); at !== undefined; at = next.pop()) {
    if (seen.has(at)) continue;
    if (at === node) return true;
    seen.add(at);
    for (const way of program.nodes.get(at)?.ways.values() ?? []) next.push(way.to);
  }
  return false;
}

function valuesUnfit(program: Program, target: Program, from: string, values: FeelContext): Planned | null {
  if (target.digest === program.digest) return null;
  for (const [name, type] of Object.entries(target.nodes.get(from)?.scope ?? {})) {
    if (name === 'input') continue;
    const value = values.get(name) ?? null;
    if (value === null ? !mayBeNull(type) : !conformsTo(value, type))
      return refuse(
        `In the newer version “${nameOf(program, from)}” builds on “${name}” in a form that this case does not have it in.`,
        NEWER,
      );
  }
  const stays = new Set([...target.nodes.values()].flatMap((node) => (node.sealed ? [node.variable] : [])));
  const sealed = [...program.nodes.values()].find(
    (node) => node.sealed && values.has(node.variable) && !stays.has(node.variable),
  );
  if (sealed !== undefined)
    return refuse(`In the newer version what “${sealed.name}” left would no longer be sealed.`, NEWER);
  return null;
}

/**
 * Beginning in the middle passes what the newer version draws before it, and what keeps an effect there from going
 * without a person. Where somebody has approved, whatever needs a person is shown again; where nobody has, there is nobody
 * to show it to.
 */
function personUnfit(program: Program, target: Program, from: string, after: RunState): Planned | null {
  if (target.digest === program.digest || after.root.lastApproval !== null) return null;
  const next = new Set([from]);
  // A set's iteration also visits what is added while it runs.
  for (const at of next) {
    const node = target.nodes.get(at);
    if (node === undefined || node.kind === 'approval') continue;
    if (node.guard !== null)
      return refuse(
        `In the newer version “${node.name}” needs a person unless what comes before it says otherwise.`,
        NEWER,
      );
    for (const way of node.ways.values()) next.add(way.to);
  }
  return null;
}

/** Who was asked can be asked again, and what can be taken back still can. */
function rolesUnfit(target: Program, after: RunState, effects: readonly Effect[]): Planned | null {
  const asked = [...after.root.agreed.values()].map(({ approval }) => approval);
  for (const node of [...asked, ...(after.root.lastApproval === null ? [] : [after.root.lastApproval])])
    if (target.nodes.get(node)?.kind !== 'approval')
      return refuse('In the newer version the approval that this case had passed is gone.', NEWER);
  for (const { node } of effects)
    if ((target.nodes.get(node)?.undo ?? null) === null)
      return refuse('In the newer version what this case has done could no longer be taken back.', NEWER);
  return null;
}
