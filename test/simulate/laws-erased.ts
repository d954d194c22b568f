import { proveRun, verifyProof } from '../../engine/audit/evidence.ts';
import { canonicalState } from '../../engine/core/testing/canonical.ts';
import { decodeEvent } from '../../engine/core/codec.ts';
import type { Program } from '../../engine/program/program.ts';
import { NAMED } from './cases.ts';
import type { Image } from './fake-disk.ts';
import { storedOf } from './fake-rows.ts';
import type { Ledger } from './ledger.ts';
import type { Machine, Running } from './machine.ts';

type Broke = (law: string, what: string) => void;

const GONE = 'what was erased cannot be read';
const PROVED = 'P24 proofs hold after erasing and pruning';

/** P29: what is personal is sealed, what was erased or pruned is gone wherever one may ask, and proofs still hold. */
export function erased(machine: Machine, programs: ReadonlyMap<string, Program>, ledger: Ledger, broke: Broke): void {
  const { image } = machine.disk;
  sealed(image, broke);
  const onRecord = erasedOnRecord(image);
  for (const { runs } of ledger.erasures)
    for (const run of runs)
      if (programOf(image, programs, run)?.sealsAnything === true && !onRecord.has(run) && !isPruned(image, run))
        broke('P3 nothing acknowledged is lost', `the erasure of ${run}`);
  const roots = new Map([...image.runs.keys()].map((run) => [run, rootOf(image, run)]));
  const rootsGone = new Set([...onRecord].map((run) => roots.get(run)));
  machine.use((_engine, _life, running) => {
    for (const [run, root] of roots)
      if (rootsGone.has(root) && !isPruned(image, run)) gone(machine, running, run, broke);
    for (const run of image.runs.keys()) if (onRecord.has(run) || isPruned(image, run)) proved(running, run, broke);
  });
  for (const subject of image.pruned) {
    const run = subject.slice('run:'.length);
    if (typeof image.runs.get(run)?.run?.ended !== 'number') broke('only what has ended is pruned', run);
  }
}

/** What names a person is in no part of the record that stays. */
function sealed(image: Image, broke: Broke): void {
  for (const row of image.rows)
    if (row.open.includes(NAMED) || row.header.includes(NAMED))
      broke('what is personal is sealed', `event ${row.seq}: ${row.open.toString('utf8').slice(0, 200)}`);
}

function erasedOnRecord(image: Image): Set<string> {
  const runs = new Set<string>();
  for (const row of image.bySubject.get('runner') ?? []) {
    const { type, open } = storedOf(row);
    if (type !== 'keys.erased' || open === null || typeof open !== 'object' || Array.isArray(open)) continue;
    for (const key of Array.isArray(open['keys']) ? open['keys'] : [])
      if (key !== null && typeof key === 'object' && !Array.isArray(key) && typeof key['of'] === 'string')
        runs.add(key['of'].slice('run:'.length));
  }
  return runs;
}

const isPruned = (image: Image, run: string): boolean => image.pruned.has(`run:${run}`);

const programOf = (image: Image, programs: ReadonlyMap<string, Program>, run: string): Program | undefined =>
  programs.get(image.runs.get(run)?.run?.program ?? '');

/** The first of those that try each other again: each holds a copy of what the others were about. */
function rootOf(image: Image, run: string): string {
  const [first] = image.bySubject.get(`run:${run}`) ?? [];
  const event = first === undefined ? null : decodeEvent(storedOf(first));
  return event?.type === 'run.started' ? (event.body.retries?.root ?? run) : run;
}

function gone(machine: Machine, { journal, engine }: Running, run: string, broke: Broke): void {
  for (const { seq, type, sealed: content } of journal().events(`run:${run}`))
    if (content !== null) broke(GONE, `${run}: event ${seq}, ${type}`);
  if (machine.disk.keys.isLinked(`run:${run}`)) broke(GONE, `${run}: whom it was about`);
  if (canonicalState(engine.look(run).state).includes(NAMED)) broke(GONE, `${run}: in memory`);
  if (!machine.disk.image.runs.get(run)?.run?.ended) broke('what was erased has ended', run);
}

function proved({ journal }: Running, run: string, broke: Broke): void {
  const { problems } = verifyProof(proveRun(journal(), run, { payloads: true }));
  for (const problem of problems) broke(PROVED, `${run}: ${problem}`);
}
