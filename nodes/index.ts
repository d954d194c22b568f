import type { KindConfig } from './kind.ts';
import { aiDecision } from './ai-decision/config.ts';
import { approval } from './approval/config.ts';
import { connector } from './connector/config.ts';
import { end } from './end/config.ts';
import { forEach } from './for-each/config.ts';
import { join } from './join/config.ts';
import { note } from './note/config.ts';
import { parallel } from './parallel/config.ts';
import { rule } from './rule/config.ts';
import { subflow } from './subflow/config.ts';
import { task } from './task/config.ts';
import { transform } from './transform/config.ts';
import { trigger } from './trigger/config.ts';
import { wait } from './wait/config.ts';

/**
 * A kind whose config's type is its own affair. Sound because whoever reads a document passes each config through the
 * kind's schema before anything else is asked of the kind.
 */
export type AnyKind = KindConfig<unknown>;
export type Kinds = Readonly<Record<string, AnyKind>>;

function registry(kinds: readonly AnyKind[]): Kinds {
  const byName: Record<string, AnyKind> = {};
  for (const kind of kinds) {
    if (Object.hasOwn(byName, kind.kind)) throw new Error(`two kinds are called “${kind.kind}”`);
    byName[kind.kind] = kind;
  }
  return byName;
}

/** Every kind that can be drawn, in the order of the palette. Adding a kind means adding it here and in `runs.ts`. */
export const KINDS = registry([
  trigger,
  aiDecision,
  rule,
  approval,
  task,
  connector,
  transform,
  wait,
  parallel,
  forEach,
  join,
  subflow,
  end,
  note,
]);
