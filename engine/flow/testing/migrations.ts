import type { FlowHistory, RawDocument } from '../migrate.ts';
import type { Kinds } from '../open.ts';

/**
 * The same history and kinds, with every migration watched. `unrun()` names those that never ran, so that a test can
 * refuse a migration that no test has run.
 */
export function watched(
  history: FlowHistory,
  kinds: Kinds,
): { history: FlowHistory; kinds: Kinds; unrun: () => string[] } {
  const waiting = new Set<string>();
  const watch = <A>(name: string, migrate: (given: A) => A): ((given: A) => A) => {
    waiting.add(name);
    return (given) => {
      waiting.delete(name);
      return migrate(given);
    };
  };
  const steps = history.steps.map((step, i) => {
    if (step.document === undefined) return step;
    return { ...step, document: watch<RawDocument>(`document ${history.oldest + i}`, step.document) };
  });
  const watchedKinds = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      { ...kind, migrations: kind.migrations.map((migrate, i) => watch(`${name} ${i}`, migrate)) },
    ]),
  );
  return { history: { ...history, steps }, kinds: watchedKinds, unrun: () => [...waiting] };
}
