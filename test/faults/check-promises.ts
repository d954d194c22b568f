import { join } from 'node:path';
import type { EffectRow } from '../../engine/journal/journal.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { z } from '../../engine/flow/zod.ts';
import { answerOf } from '../support/command-line.ts';
import type { Counted } from './lives.ts';
import { orderOf } from './order-of.ts';

/** What was found broken; a sound build leaves all of them empty. */
export interface Broken {
  lost: string[];
  twice: string[];
  record: string[];
}

const auditSchema = z.object({ ok: z.boolean(), events: z.int(), size: z.int(), scope: z.string() });
/** Where the shop keeps what each action makes: one for an order, or something happened twice. */
const MADE = ['refunds', 'parcels', 'letters'];

/**
 * Lays the journal beside what the systems counted: every row is a case that ended or waits; every effect done was
 * counted once, one in doubt at most once and sent at most once; an askable one was never sent again after it had
 * happened; no order has two of anything; every transition is a leaf, and the record verifies.
 */
export async function checkPromises(
  runner: string,
  rows: { first: number; count: number },
  systems: Counted,
): Promise<Broken> {
  const broken: Broken = { lost: [], twice: [], record: [] };
  const journal = openJournalReader(join(runner, 'journal.sqlite'));
  try {
    checkCases(journal, rows, broken);
    const counts = new Map((await systems.counts()).map((one) => [one.key, one]));
    for (const effect of journal.effects({})) checkEffect(effect, counts.get(effect.key), broken);
    const records = await systems.records();
    for (const collection of MADE) checkMade(collection, Object.values(records[collection] ?? {}), rows, broken);
    const audit = await answerOf(auditSchema, 'audit', 'verify', '--runner', runner);
    const { size } = journal.head();
    if (audit.code !== 0 || !audit.ok) broken.record.push('the record does not verify');
    if (audit.events !== size || audit.size !== size || journal.leaves(size).length !== size * 32)
      broken.record.push(`${audit.events} events, ${size} leaves`);
    if (audit.scope !== `against checkpoint of size ${size}`) broken.record.push(audit.scope);
  } finally {
    journal.close();
  }
  return broken;
}

/** Each row is of an order of its own. */
function checkCases(
  journal: ReturnType<typeof openJournalReader>,
  { first, count }: { first: number; count: number },
  broken: Broken,
): void {
  const cases = new Map<string, string[]>();
  for (const { id, status } of journal.runs({})) {
    const record = String(Number(orderOf(journal, id)) - first + 1);
    cases.set(record, [...(cases.get(record) ?? []), status]);
  }
  for (let record = 1; record <= count; record++) {
    const statuses = cases.get(String(record)) ?? [];
    if (statuses.length === 0) broken.lost.push(`row ${record} is no case`);
    if (statuses.length > 1) broken.twice.push(`row ${record} is ${statuses.length} cases`);
    for (const status of statuses)
      if (!['completed', 'waiting', 'in doubt'].includes(status)) broken.lost.push(`row ${record} is ${status}`);
  }
}

type Count = Awaited<ReturnType<Counted['counts']>>[number];

function checkEffect(effect: EffectRow, count: Count | undefined, broken: Broken): void {
  const effects = count?.effects ?? 0;
  const attempts = count?.attempts ?? 0;
  const what = `${effect.action} ${effect.key}`;
  if (effect.status === 'done' && effects === 0) broken.lost.push(`${what} counts as done and was not`);
  if (effect.status !== 'done' && effect.status !== 'in doubt') broken.lost.push(`${what} is ${effect.status}`);
  if (effect.status === 'in doubt' && effect.action !== 'post letter') broken.lost.push(`${what} is in doubt`);
  if (effects > 1) broken.twice.push(`${what} was counted ${effects} times`);
  // It could be asked, or nobody could tell: then it does not leave again.
  const onceOnly = effect.action === 'send parcel' || effect.action === 'post letter';
  if (onceOnly && attempts > 1) broken.twice.push(`${what} was sent ${attempts} times`);
}

function checkMade(
  collection: string,
  records: readonly { order?: string | undefined }[],
  { first, count }: { first: number; count: number },
  broken: Broken,
): void {
  const byOrder = new Map<number, number>();
  for (const { order } of records) byOrder.set(Number(order), (byOrder.get(Number(order)) ?? 0) + 1);
  for (const [order, made] of byOrder)
    if (made > 1 && order >= first && order < first + count)
      broken.twice.push(`order ${order} has ${made} ${collection}`);
}
