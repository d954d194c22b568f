import type { ModelCard } from '../../models/card.ts';
import { openRunnerReading } from '../../runner/reading.ts';
import { runnerPaths } from '../../runner/folder.ts';
import { table } from '../command.ts';
import { auditOf } from '../commands/audit.ts';

export interface Told {
  verified: boolean;
  lines: string[];
  json: Readonly<Record<string, unknown>>;
}

/** The last table of the demo: every figure is asked of the journal, opened anew. */
export function report(folder: string, card: ModelCard): Told {
  const reading = openRunnerReading(folder);
  try {
    const reader = reading.engine.reader();
    const summary = reader.runSummary();
    const waiting = reader.openTaskCounts();
    const audit = auditOf({ runner: folder });
    const seconds = Math.max(0.001, ((summary.lastStart ?? 0) - (summary.first ?? 0)) / 1000);
    const share = (n: number) =>
      `${String(n).padStart(6)}  ${summary.runs === 0 ? '' : `${((100 * n) / summary.runs).toFixed(1)} %`.padStart(7)}`;
    const percent = (n: number | null) => (n === null ? 'none' : `${(100 * n).toFixed(1)} %`);
    const lines = [
      `Cases                         ${share(summary.runs)}`,
      ...reader.runCounts().map(({ status, result, runs }) => `  ${(result ?? status).padEnd(27)} ${share(runs)}`),
      `Settled by themselves         ${share(summary.byThemselves)}`,
      'Waiting for a person',
      ...(waiting.length === 0
        ? ['  nobody']
        : waiting.map((one) => `  ${`${one.title} (${one.role})`.padEnd(46)} ${String(one.tasks).padStart(6)}`)),
      'Done to the simulated systems',
      ...table(
        reader
          .effectCounts()
          .map((one) => [`  ${one.connection} · ${one.action}`, one.status, String(one.effects).padStart(6)]),
      ),
      `Speed                         ${(summary.runs / seconds).toFixed(0)} cases a second, every step on disk before the next call`,
      `The record                    ${audit.events} events, checkpoint over ${audit.scope.replace(/\D+/g, '') || 'none'}, ${audit.ok ? 'verified' : 'NOT verified'} (${audit.scope})`,
      `                              root ${audit.root}`,
      `The model                     ${card.name} ${card.modelVersion}, on ${card.metrics.rows} held-out messages:`,
      `                              ${percent(card.metrics.accuracy)} right; sure enough for ${percent(card.metrics.atBar.coverage)} at ${card.metrics.atBar.bar}, ${percent(card.metrics.atBar.accuracy)} of those right; calibration error ${card.metrics.ece.toFixed(3)}`,
      ...(audit.ok ? [] : audit.findings.map((finding) => `  ${finding.code}: ${finding.message}`)),
      `Files                         ${runnerPaths(folder).journal}`,
    ];
    const json = {
      ...summary,
      counts: reader.runCounts(),
      waiting,
      effects: reader.effectCounts(),
      audit,
      model: card.metrics,
    };
    return { verified: audit.ok, lines, json };
  } finally {
    reading.close();
  }
}
