import { encodeValue, type FeelContext, type FeelValue } from '../feel/value.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { Turn } from '../../nodes/kind.ts';
import { digestOfValue } from './digest.ts';
import type { ShownEffect } from './event.ts';
import { storableContext } from './storable.ts';

/**
 * What will be done when the run leaves an approval by `approved`: follows the program with what is known, asks nobody
 * and does nothing. The expected way takes each call to succeed and its answer to be unknown; effects on it are listed
 * with their requests, or as not known yet where those depend on an answer. Off that way (a call refused or failed, a
 * further AI decision) every effect that needs a person or cannot be taken back is listed as not known yet. Ends at the next approval: what
 * comes after is not this approver's to agree to.
 *
 * It is what is shown, and no more: whether something may be sent is asked at the connector, of the request itself.
 */
export function dryRun(program: Program, turn: Turn, approval: ProgramNode): ShownEffect[] {
  const decided = new Map<string, FeelValue>([['decision', 'approved']]);
  const walk = new Walk(program, turn, new Map(turn.scope).set(approval.variable, decided), approval.variable);
  walk.leave(approval, 'approved');
  walk.offTheWay();
  return walk.effects;
}

class Walk {
  readonly effects: ShownEffect[] = [];
  private readonly program: Program;
  private readonly turn: Turn;
  private readonly scope: Map<string, FeelValue>;
  /** Names whose value is not known yet. */
  private readonly unknown = new Set<string>();
  /** Of the approval only its decision is known: who will decide, and what they will say, is not. */
  private readonly approval: string;
  private readonly seen = new Set<string>();
  private readonly later: ProgramNode[] = [];
  /** Where branches meet, what the others left is not there yet; where they repeat, it is not told which one this is. */
  private blurred = false;

  constructor(program: Program, turn: Turn, scope: Map<string, FeelValue>, approval: string) {
    this.program = program;
    this.turn = turn;
    this.scope = scope;
    this.approval = approval;
  }

  leave(node: ProgramNode, port: string): void {
    const way = node.ways.get(port);
    const next = way === undefined ? undefined : this.program.nodes.get(way.to);
    if (next !== undefined) this.visit(next);
  }

  /** Everything else that can still be reached: effects there that matter are named, their requests are not. */
  offTheWay(): void {
    for (const from of this.later)
      for (const way of from.ways.values()) {
        const node = this.program.nodes.get(way.to);
        if (node === undefined || this.seen.has(node.id) || node.kind === 'approval') continue;
        this.seen.add(node.id);
        if (node.guard !== null || node.action?.class === 'irreversible') this.note(node, null);
        this.later.push(node);
      }
  }

  private visit(node: ProgramNode): void {
    if (this.seen.has(node.id) || node.kind === 'approval') return;
    this.seen.add(node.id);
    this.later.push(node);
    if (node.block !== null || node.isJoin) return this.fan(node);
    const step = this.isKnown(node) ? node.behaviour.start({ ...this.turn, scope: this.scope }) : null;
    if (step?.step === 'complete') {
      this.scope.set(node.variable, step.value);
      return this.leave(node, step.port);
    }
    this.unknown.add(node.variable);
    if (node.action === null) return;
    this.note(node, step?.step === 'perform' ? storableContext(step.request) : null);
    this.leave(node, 'done');
  }

  /** Every branch is expected to be taken, and the join after them once. */
  private fan(node: ProgramNode): void {
    this.blurred ||= node.isJoin || node.ways.has('each');
    for (const port of node.ways.keys()) this.leave(node, port);
  }

  private isKnown(node: ProgramNode): boolean {
    if (this.blurred) return false;
    return !node.reads.some(
      ([name, field]) =>
        name !== undefined && (this.unknown.has(name) || (name === this.approval && field !== 'decision')),
    );
  }

  private note(node: ProgramNode, request: FeelContext | null): void {
    if (node.action === null || node.target === null || node.action.class === 'read') return;
    this.effects.push({
      node: node.id,
      name: node.name,
      connection: node.target.connection,
      action: node.target.action,
      class: node.action.class,
      request: request === null ? null : encodeValue(request),
      digest: request === null ? null : digestOfValue(request),
    });
  }
}
