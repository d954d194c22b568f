import { STRICT_POLICY, type Policy } from '../connections/contract.ts';
import { compileExpression } from '../feel/index.ts';
import { momentOf } from '../feel/moment.ts';
import { isPersonal, type Flow } from '../flow/document.ts';
import { analyseAndCheck } from '../flow/check.ts';
import { edgeOf, shownName } from '../flow/inlined-ids.ts';
import { marksOfAnalysis, type Marks } from '../flow/marks.ts';
import { hasErrors, type Problem } from '../flow/problem.ts';
import type { FlowAnalysis } from '../flow/scope.ts';
import type { Kinds } from '../../nodes/index.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import type { AnyKindRun } from '../../nodes/runs.ts';
import { durationMs } from '../../nodes/duration.ts';
import { programDigest } from './digest.ts';
import { guardOf } from './guard.ts';
import type { Program, ProgramNode, Undo, Way } from './program.ts';
import { undoOf } from './undo.ts';

export type Compiled =
  | { program: Program; problems: readonly Problem[] }
  | { program: null; problems: readonly Problem[] };

/**
 * Freezes a flow into a program: names bound, expressions compiled, contracts pinned. A flow with errors gives none, and
 * the problems say why. `policy` is that of the place where it runs; without one the strictest holds.
 */
export function compileProgram(
  flow: Flow,
  kinds: Kinds,
  runs: Readonly<Record<string, AnyKindRun>>,
  surroundings: Surroundings,
  policy: Policy = STRICT_POLICY,
): Compiled {
  const { problems, whole: analysis } = analyseAndCheck(flow, kinds, surroundings);
  if (analysis === null || hasErrors(problems)) return { program: null, problems };
  const marks = marksOfAnalysis(analysis);
  const nodes = new Map<string, ProgramNode>();
  for (const opened of analysis.opened.nodes.values()) {
    const { id, sound } = opened;
    const run = runs[opened.node.kind];
    if (sound === null || run === undefined) continue;
    const scope = analysis.scopes.get(id) ?? {};
    const effect = sound.kind.effect?.(sound.config) ?? null;
    const action =
      effect === null ? null : (surroundings.connections[effect.connection]?.actions[effect.action] ?? null);
    nodes.set(id, {
      id,
      name: shownName(id, opened.node.name),
      variable: opened.node.name,
      kind: opened.node.kind,
      behaviour: run.compile(sound.config, scope, surroundings),
      ways: waysOf(analysis, id),
      block: blockOf(analysis, id),
      isJoin: analysis.graph.blocks.splitOf.has(id),
      sealed: marks.get(id)?.personal ?? false,
      target: effect === null ? null : { connection: effect.connection, action: effect.action },
      action,
      declared: sound.kind.declares?.(sound.config) ?? sound.kind.receives?.(sound.config) ?? null,
      undo: effect?.undo === true ? undoOfEffect(effect, surroundings, marks.get(id), policy) : null,
      guard: effect === null || action === null ? null : guardOf(effect, action.class, marks.get(id), policy),
      scope,
      reads: analysis.analyses.get(id)?.reads ?? [],
    });
  }
  const trigger = analysis.graph.triggers[0];
  if (trigger === undefined) throw new Error('a checked flow has a trigger');
  const personalFields = new Set(
    Object.entries(flow.input).flatMap(([name, field]) => (isPersonal(field) ? [name] : [])),
  );
  const program: Program = {
    digest: programDigest(flow, kinds, surroundings),
    title: flow.about.title,
    flow: analysis.opened.flow,
    trigger,
    nodes,
    deadlineMs: deadlineOf(analysis, trigger),
    orderOf: orderOf(analysis, trigger),
    personalFields,
    sealsAnything: personalFields.size > 0 || [...nodes.values()].some((node) => node.sealed),
  };
  return { program, problems };
}

function deadlineOf({ opened }: FlowAnalysis, trigger: string): number | null {
  const sound = opened.nodes.get(trigger)?.sound;
  const deadline = sound?.kind.deadline?.(sound.config) ?? null;
  return deadline === null ? null : durationMs(deadline);
}

function orderOf({ opened, scopes }: FlowAnalysis, trigger: string): Program['orderOf'] {
  const sound = opened.nodes.get(trigger)?.sound;
  const source = sound?.kind.orders?.(sound.config) ?? null;
  if (source === null) return null;
  const order = compileExpression(source, scopes.get(trigger) ?? {});
  return (input, now) => order.evaluate(new Map([['input', input]]), { now: momentOf(now) }).value;
}

function undoOfEffect(
  effect: { connection: string; action: string },
  { connections }: Surroundings,
  marks: Marks | undefined,
  policy: Policy,
): Undo | null {
  const connection = connections[effect.connection];
  if (connection === undefined) return null;
  return undoOf(connection, effect.action, (action, sideEffect) =>
    guardOf({ connection: effect.connection, action }, sideEffect, marks, policy),
  );
}

/** Where the branches that a node opens come together, and whether the first is enough. */
function blockOf({ graph }: FlowAnalysis, id: string): ProgramNode['block'] {
  const join = graph.blocks.joinOf.get(id);
  return join === undefined ? null : { join, any: graph.blocks.any.has(join) };
}

function waysOf(analysis: FlowAnalysis, id: string): ReadonlyMap<string, Way> {
  const wires = analysis.graph.out.get(id) ?? [];
  return new Map(
    wires
      .filter((wire) => wire.skips !== true)
      .map((wire) => [
        wire.port,
        { edge: edgeOf(wire.id), to: wire.to, back: wire.maxVisits === null ? null : { maxVisits: wire.maxVisits } },
      ]),
  );
}
