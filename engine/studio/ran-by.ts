import type { RunRow } from '../journal/journal.ts';
import type { LoadedRelease } from '../runner/release.ts';
import type { Runner } from '../runner/runner.ts';
import type { StudioAnswer } from './contract.ts';

type RanBy = Pick<StudioAnswer<'run'>, 'program' | 'flow' | 'flowTitle' | 'release'>;

/** By which flow, as it was in which release, a case runs. */
export function ranBy(runner: Runner): (run: Pick<RunRow, 'program' | 'release'>) => RanBy {
  const known = new Map<string, LoadedRelease>();
  for (const one of runner.releases) {
    // Two flows may have one program, and a case is of the release that it names.
    known.set(one.program.digest, one);
    known.set(`${one.program.digest} ${one.release}`, one);
  }
  return ({ program, release }) => {
    const own = known.get(`${program} ${release ?? ''}`) ?? known.get(program);
    return { program, release, flow: own?.flowPath ?? null, flowTitle: own?.program.title ?? null };
  };
}
