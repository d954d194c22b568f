import { encodeValue, type JsonValue } from '../feel/value.ts';
import { keyValue } from '../core/key-text.ts';
import { storable } from '../core/storable.ts';
import { asJson, canonicalJson } from '../flow/json.ts';
import type { Journal } from '../journal/journal.ts';
import type { Program } from '../program/program.ts';
import type { Committed, StartRequest } from './batch.ts';

/**
 * Cases that run one at a time, in the order in which they were accepted: each line is the cases of one flow for which its
 * order gives the same. Its first that has not ended runs, and the others are queued. Who they are is in the journal; what
 * was decided and is not on disk yet is in here.
 */
export class Lines {
  private readonly journal: () => Journal;
  private readonly flowOf: (program: Program, manifest: string | null) => string;
  /** Runs that were accepted, by line and in order. */
  private readonly accepted = new Map<string, Set<string>>();
  /** Runs that have ended, by line. */
  private readonly over = new Map<string, Set<string>>();

  /** @param flowOf names the flow of a program as a manifest has it, whatever its release */
  constructor(journal: () => Journal, flowOf: (program: Program, manifest: string | null) => string) {
    this.journal = journal;
    this.flowOf = flowOf;
  }

  /** The line that a case stands in, as a keyed digest; null where its flow has no order, or it comes to null. */
  of({ program, manifest, input }: Pick<StartRequest, 'program' | 'manifest' | 'input'>, now: number): string | null {
    const value = storable(program.orderOf?.(input, now) ?? null);
    if (value === null) return null;
    const flow = this.flowOf(program, manifest ?? null);
    const lineOf = (of: JsonValue): string => this.journal().keyed(canonicalJson(asJson(['line', flow, of])));
    const written = encodeValue(value);
    const line = lineOf(keyValue(written));
    const asWritten = lineOf(written);
    // Earlier versions put cases in line by what was written: as long as one of them is under way, its line goes on.
    return asWritten !== line && this.first(asWritten) !== null ? asWritten : line;
  }

  /** The run whose turn it is in a line; null when all have ended. */
  first(line: string): string | null {
    const over = this.over.get(line);
    const there = this.journal().line(line, (over?.size ?? 0) + 1);
    const left = [...there.map(({ id }) => id), ...(this.accepted.get(line) ?? [])];
    return left.find((run) => over?.has(run) !== true) ?? null;
  }

  accept(line: string, run: string): void {
    add(this.accepted, line, run);
  }

  end(line: string, run: string): void {
    add(this.over, line, run);
  }

  /** These events are on disk. */
  committed(events: readonly Committed[]): void {
    if (this.accepted.size === 0 && this.over.size === 0) return;
    for (const { run, event } of events)
      if (event.type === 'run.started') remove(this.accepted, run);
      else if (event.type === 'run.ended') remove(this.over, run);
  }

  /** What was decided is lost. */
  lost(): void {
    this.accepted.clear();
    this.over.clear();
  }
}

function add(runs: Map<string, Set<string>>, line: string, run: string): void {
  const there = runs.get(line);
  if (there === undefined) runs.set(line, new Set([run]));
  else there.add(run);
}

function remove(from: Map<string, Set<string>>, run: string): void {
  for (const [line, runs] of from) if (runs.delete(run) && runs.size === 0) from.delete(line);
}
