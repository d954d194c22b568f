import { checkPromises } from './check-promises.ts';
import { atItsPoint, heldCommand, live } from './lives.ts';
import type { World } from './world.ts';

const EACH = 2;

const shown = new WeakMap<World, Promise<string | null>>();

/**
 * A build with a key for each attempt, killed once its effects were answered and before that was on disk. It is run once
 * for all faults that look for what happened twice.
 */
export function saltedControl(world: World): Promise<string | null> {
  const known = shown.get(world) ?? runSalted(world);
  shown.set(world, known);
  return known;
}

async function runSalted(world: World): Promise<string | null> {
  const at = world.fresh(EACH);
  const { runner, data, manifest } = at;
  const effects = { refund: EACH, 'send parcel': EACH };
  const hold = { at: 'between answer and commit', effects } as const;
  await live(heldCommand({ manifest, runner, data, hold, salted: true }), atItsPoint, world.env);
  await live(heldCommand({ manifest, runner, data, hold: null, salted: true }), undefined, world.env);
  const { twice } = await checkPromises(runner, at.rows, world.shop);
  world.remove(runner, data);
  return twice.length === 0 ? null : `a key for each attempt: ${twice.length} things happened twice`;
}
