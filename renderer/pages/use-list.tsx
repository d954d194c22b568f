import { goToStep } from '../canvas/walk.ts';
import { flowShown } from '../state/files.ts';
import { transit } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words/index.ts';
import type { Use } from './uses.ts';

/** Goes to a step of a flow, wherever one is. */
export async function showStep({ path, node }: Pick<Use, 'path' | 'node'>): Promise<void> {
  transit((state) => arranged(state, { view: 'flows' }));
  await flowShown(path);
  // The canvas has to be drawn first.
  setTimeout(() => goToStep(node), 0);
}

/** Steps that lean on something, each of which can be gone to; says so where nobody does. */
export function UseList({ uses }: { uses: readonly Use[] }) {
  if (uses.length === 0) return <span className="quiet">{words().connections.unused}</span>;
  return (
    <span className="uses">
      {uses.map((use) => (
        <button
          key={`${use.path} ${use.node}`}
          type="button"
          className="plain link"
          title={words().connections.showStep(use.step, use.flow)}
          onClick={() => void showStep(use)}
        >
          {use.step} <span className="quiet">{use.flow}</span>
        </button>
      ))}
    </span>
  );
}
