/** By which flow a case is held: by the one that its manifest is of, and by those that stand in it. */
import { join } from 'node:path';
import { readEnvelope } from '../manifest/dsse.ts';
import { openManifest } from '../manifest/disk.ts';
import { manifestDigest, readStatement, type Statement } from '../manifest/statement.ts';
import type { Held } from '../runtime/holds.ts';
import type { Accepted } from './accepted.ts';

/** What is known of a release that was accepted. */
interface Known {
  /** Path of its flow. */
  flow: string;
  /** Paths of the flows that stand in it, to any depth. */
  within: readonly string[];
}

/** Paths of the flows that stand in what a manifest releases. */
export const flowsWithin = (statement: Statement): string[] =>
  statement.predicate.pins.flatMap((pin) => (pin.kind === 'subflow' ? [pin.path] : []));

/**
 * The flows of the releases that were accepted. A program does not tell its flow, as neither its path nor what it says
 * about itself is part of the program: two flows that are alike are one program, and stopped each by itself.
 */
export class FlowsHeld {
  private readonly byManifest = new Map<string, Known>();
  /** By program the manifests that have it: for cases of the first versions, whose start names no manifest. */
  private readonly byProgram = new Map<string, Set<string>>();

  add({ flow, digest, program }: Pick<Accepted, 'flow' | 'digest' | 'program'>, within: readonly string[]): void {
    this.byManifest.set(digest, { flow, within });
    this.byProgram.set(program, (this.byProgram.get(program) ?? new Set()).add(digest));
  }

  /** Path of the flow that a case is of; where its manifest is not known, of the newest that has its program. */
  flowOf(held: Pick<Held, 'program' | 'manifest'>): string | null {
    return this.knownOf(held).at(-1)?.flow ?? null;
  }

  /** Whether stopping a flow holds a case: it is of it, or has it in it. Where no manifest tells, whatever it may be of does. */
  holds(flow: string, held: Pick<Held, 'program' | 'manifest'>): boolean {
    return this.knownOf(held).some((one) => one.flow === flow || one.within.includes(flow));
  }

  /** Paths of other flows that have this one in them, in some release. */
  containing(flow: string): string[] {
    const all = [...this.byManifest.values()].filter((one) => one.flow !== flow && one.within.includes(flow));
    return [...new Set(all.map((one) => one.flow))].sort();
  }

  /** Paths of the flows that stand in a flow, in some release. */
  within(flow: string): string[] {
    const all = [...this.byManifest.values()].filter((one) => one.flow === flow).flatMap((one) => one.within);
    return [...new Set(all)].sort();
  }

  /** Every flow that can be stopped here, by its path. */
  get paths(): string[] {
    return [...new Set([...this.byManifest.values()].flatMap((one) => [one.flow, ...one.within]))].sort();
  }

  private knownOf({ program, manifest }: Pick<Held, 'program' | 'manifest'>): Known[] {
    const known = manifest === null ? undefined : this.byManifest.get(manifest);
    if (known !== undefined) return [known];
    return [...(this.byProgram.get(program) ?? [])].flatMap((digest) => this.byManifest.get(digest) ?? []);
  }
}

/**
 * The flows of accepted releases as their files say, where no engine has loaded them. Of a file that is gone or was
 * changed it is known which flow it was of, and not what stood in it.
 */
export function flowsHeldIn(releases: string, accepted: readonly Accepted[]): FlowsHeld {
  const flows = new FlowsHeld();
  for (const one of accepted) flows.add(one, withinFile(join(releases, one.file), one.digest));
  return flows;
}

/** {@link flowsWithin} of the manifest in a file, if it is the one with this digest; of no other any. */
export function withinFile(file: string, digest: string): string[] {
  try {
    const { payload } = readEnvelope(openManifest(file).bytes);
    return manifestDigest(payload) === digest ? flowsWithin(readStatement(payload)) : [];
  } catch {
    return [];
  }
}
