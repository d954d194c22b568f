import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asJson, prettyJson } from '../../engine/flow/json.ts';
import { loadKey, type PrivateKey } from '../../engine/manifest/sign-keys.ts';
import { shopSystem } from '../../engine/sandbox/shop.fixture.ts';
import { spawnSystems, type RunningSystems } from '../../engine/studio/systems.ts';
import { scratch } from '../support/folder.ts';
import { makeRunner, writeOrders, writeShopWorkspace } from '../support/shop-workspace.ts';
import { counted, type Counted } from './lives.ts';
import { compileShim, Control } from './shim.ts';

/** A runner folder that has run nothing, and orders that nobody else has. */
export interface Fresh {
  runner: string;
  data: string;
  manifest: string;
  rows: { first: number; count: number };
}

/** So many orders can be told apart; the systems make up each when it is asked for. */
const ORDERS = 1_000_000_000_000;
/** Orders of one runner are beyond those of the one before. */
const APART = 100_000;

/**
 * What every fault needs: a signed release of a flow with one action of each idempotency, runner folders that trust it,
 * and the simulated systems as a process of their own, which stays, answers over HTTP, and counts on its own disk.
 */
export class World {
  readonly folder: { path: string; remove: () => void };
  readonly quick: boolean;
  /** One in so many of what the whole run tries. */
  readonly every: number;
  /** How often the process is killed at any moment; null leaves it to the fault. */
  readonly cycles: number | null;
  readonly shop: Counted;
  /** Where the simulated shop answers. */
  readonly shopUrl: string;
  /** Signs decisions; may decide every task. */
  readonly lead: PrivateKey<'approver'>;
  /** What each process of the engine is started with. */
  readonly env: Record<string, string>;
  readonly #systems: RunningSystems;
  readonly #template: Pick<Fresh, 'runner' | 'manifest'>;
  readonly #random: () => number;
  #shim: string | null = null;
  #made = 0;

  private constructor(options: WorldOptions, systems: RunningSystems, url: string, manifest: string, root: string) {
    this.folder = options.folder;
    this.quick = options.quick;
    this.cycles = options.cycles;
    this.every = options.every;
    this.#systems = systems;
    this.#random = chance(options.seed);
    this.shopUrl = url;
    this.shop = counted(url.slice(0, url.lastIndexOf('/')));
    this.#template = { runner: join(root, 'template'), manifest };
    this.lead = loadKey(join(root, 'keys', 'lea.key.json'), 'approver', null);
    this.env = { NODE_COMPILE_CACHE: join(root, 'compiled') };
  }

  static async make(options: Omit<WorldOptions, 'folder'>): Promise<World> {
    const folder = scratch('faults');
    writeShopWorkspace(folder.path);
    const collections = { ...shopSystem.collections };
    const { orders } = collections;
    if (orders !== undefined) collections['orders'] = { ...orders, ids: { from: 1, to: ORDERS } };
    // Answers take a little time, so that cases are at different steps when something goes wrong.
    const system = { ...shopSystem, collections, latencyMs: { from: 1, to: 8 } };
    writeFileSync(join(folder.path, 'systems/shop.system.json'), prettyJson(asJson(system)));
    const systems = await spawnSystems({
      root: folder.path,
      data: join(folder.path, 'systems.sqlite'),
      ended: (error) => {
        throw error;
      },
    });
    const url = systems.connections['shop'] ?? '';
    const manifest = await makeRunner(folder.path, join(folder.path, 'template'), url);
    return new World({ ...options, folder }, systems, url, manifest, folder.path);
  }

  /** The shim, compiled when it is first asked for. Throws NotRun. */
  get shim(): string {
    this.#shim ??= compileShim(this.folder.path);
    return this.#shim;
  }

  /** How much of something is tried: in a sample, or in the whole run. */
  many(sample: number, whole: number): number {
    return this.quick ? sample : Math.ceil(whole / this.every);
  }

  /** A number from 0 up to 1, of a seeded sequence. */
  random(): number {
    return this.#random();
  }

  /** A file or folder of the world's own that is not there yet. */
  path(name: string): string {
    this.#made += 1;
    return join(this.folder.path, `${name}-${this.#made}`);
  }

  control(): Control {
    return new Control(this.path('control'));
  }

  /**
   * @param each orders of each way
   * @param like what it is a copy of, and the release that it serves; the world's own where it is left out
   */
  fresh(each: number, like: Pick<Fresh, 'runner' | 'manifest'> = this.#template): Fresh {
    const at = this.path('runner');
    mkdirSync(at, { recursive: true });
    cpSync(like.runner, at, { recursive: true });
    const data = `${at}.csv`;
    this.#made += 1;
    const first = this.#made * APART;
    return { runner: at, data, manifest: like.manifest, rows: { first, count: writeOrders(data, first, each) } };
  }

  /** Removes what a fault no longer needs. */
  remove(...paths: string[]): void {
    for (const path of paths) rmSync(path, { recursive: true, force: true });
  }

  read(path: string): Buffer {
    return readFileSync(path);
  }

  async close(): Promise<void> {
    await this.#systems.close();
    this.folder.remove();
  }
}

interface WorldOptions {
  folder: { path: string; remove: () => void };
  quick: boolean;
  cycles: number | null;
  every: number;
  seed: number;
}

/** Park and Miller's generator, so that what is tried can be tried again. */
function chance(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
