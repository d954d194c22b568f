import { encodeValue, type FeelContext, type FeelValue } from '../feel/value.ts';
import type { Program, ProgramNode } from '../program/program.ts';
import type { Turn } from '../../nodes/kind.ts';
import { digestOfValue } from './digest.ts';
import type { ShownEffect } from './event.ts';

/**
 * What will be done when the run leaves `node` by `port`: follows the program with what is known, asks nobody and does
 * nothing. A call is taken to succeed and its answer to be unknown; what depends on it is marked as not known yet. Ends
 * at the next AI decision or approval: what comes after is not this approver's to agree to.
 */
export function dryRun(program: Program, turn: Turn, node: ProgramNode, port: string, own: FeelValue): ShownEffect[] {
  const walk = new Walk(program, turn, new Map(turn.scope).set(node.name, own));
  walk.leave(node, port);
  return walk.effects;
}

class Walk {
  readonly effects: ShownEffect[] = [];
  private readonly program: Program;
  private readonly turn: Turn;
  private readonly scope: Map<string, FeelValue>;
  private readonly unknown = new Set<string>();
  private readonly seen = new Set<string>();

  constructor(program: Program, turn: Turn, scope: Map<string, FeelValue>) {
    this.program = program;
    this.turn = turn;
    this.scope = scope;
  }

  leave(node: ProgramNode, port: string): void {
    const way = node.ways.get(port);
    if (way !== undefined) this.visit(way.to);
  }

  private visit(id: string): void {
    const node = this.program.nodes.get(id);
    if (node === undefined || this.seen.has(id)) return;
    this.seen.add(id);
    if (node.kind === 'ai-decision' || node.kind === 'approval') return;
    const known = !node.reads.some((name) => this.unknown.has(name));
    if (!known) return this.visitUnknown(node);
    const step = node.behaviour.start({ ...this.turn, scope: this.scope });
    if (step.step === 'perform') {
      this.note(node, step.request);
      this.unknown.add(node.name);
      this.leave(node, 'done');
    } else if (step.step === 'complete') {
      this.scope.set(node.name, step.value);
      this.leave(node, step.port);
    }
  }

  /** It cannot be said which way the case will go, or with what: every effect that may follow is listed as not known. */
  private visitUnknown(node: ProgramNode): void {
    this.unknown.add(node.name);
    if (node.action !== null) {
      this.note(node, null);
      this.leave(node, 'done');
    } else {
      for (const port of node.ways.keys()) this.leave(node, port);
    }
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
