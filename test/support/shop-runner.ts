import { join } from 'node:path';
import { z } from '../../engine/flow/zod.ts';
import { hostSystems, type RunningSystems } from '../../engine/studio/systems.ts';
import { answerOf, holds } from './command-line.ts';
import { scratch } from './folder.ts';
import { makeRunner, writeOrders, writeShopWorkspace } from './shop-workspace.ts';

const tasksSchema = z.object({ tasks: z.array(z.object({ id: z.string(), run: z.string(), role: z.string() })) });

/** A workspace, its simulated systems in this process, and a runner folder that was made by the commands. */
export interface ShopRunner {
  root: string;
  runner: string;
  manifest: string;
  /** Path of a key's files, without their endings: ada, rae, lea. */
  key: (name: string) => string;
  /** A file in the folder of the test. */
  file: (name: string) => string;
  /** Runs so many orders of every way. */
  runOrders: (each: number) => Promise<void>;
  openTasks: () => Promise<{ id: string; run: string; role: string }[]>;
  systems: RunningSystems;
  remove: () => Promise<void>;
}

export async function shopRunner(name: string): Promise<ShopRunner> {
  const folder = scratch(name);
  const file = (one: string): string => join(folder.path, one);
  const root = file('workspace');
  writeShopWorkspace(root);
  const systems = await hostSystems({ root, data: file('systems.sqlite'), ended: () => undefined });
  const runner = file('runner');
  const manifest = await makeRunner(root, runner, systems.connections['shop'] ?? '');
  let orders = 0;
  return {
    root,
    runner,
    manifest,
    file,
    systems,
    key: (one) => join(root, 'keys', one),
    runOrders: async (each) => {
      orders += 1;
      const data = file(`orders-${orders}.csv`);
      writeOrders(data, orders * 400, each);
      await holds('run', manifest, '--runner', runner, '--data', data);
    },
    openTasks: async () => (await answerOf(tasksSchema, 'approvals', 'list', '--runner', runner)).tasks,
    remove: async () => {
      await systems.close();
      folder.remove();
    },
  };
}
