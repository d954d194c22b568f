import { toErrorShape } from '../../engine/flow/error.ts';
import { service } from './files.ts';
import { transit } from './store.ts';
import { audited } from './transitions.ts';

/** Verifies the whole record, against checkpoints kept elsewhere if there are any; it goes on wherever one is in the window. */
export async function verifyRecord(checkpoints: readonly string[]): Promise<void> {
  transit((state) =>
    audited(state, { progress: { phase: 'events', done: 0, all: 0 }, verification: null, stopped: false, error: null }),
  );
  try {
    const { verification } = await service().call('verifyRecord', { checkpoints: [...checkpoints] });
    transit((state) => audited(state, { progress: null, verification, stopped: verification === null }));
  } catch (error) {
    transit((state) => audited(state, { progress: null, error: toErrorShape(error) }));
  }
}

export async function stopVerifying(): Promise<void> {
  try {
    await service().call('stopVerifying', {});
  } catch (error) {
    transit((state) => audited(state, { error: toErrorShape(error) }));
  }
}
