import type { World } from './world.ts';

/** What came of one fault. */
export interface Outcome {
  /** What was done to the engine and how often, such as `41 of 163 points`. */
  tried: string;
  /** What was acknowledged meanwhile, and so has to be there. */
  acknowledged: number;
  /** What is missing, what happened twice, and what else does not hold; a sound build leaves all of them empty. */
  lost: string[];
  twice: string[];
  broken: string[];
  /** What the same check said of a build or setting that breaks the promise; null when it noticed nothing. */
  control: string | null;
  /** What a reader of the counts should know besides. */
  remarks: string[];
}

/** One way in which production goes wrong. */
export interface Fault {
  /** Begins with the promises that it tries. */
  name: string;
  run: (world: World) => Promise<Outcome>;
}

/** Why a fault cannot be tried on this machine. It counts as failed: what was not tried is not known. */
export class NotRun extends Error {}

export const nothingYet = (): Outcome => ({
  tried: '',
  acknowledged: 0,
  lost: [],
  twice: [],
  broken: [],
  control: null,
  remarks: [],
});

/** What speaks against an outcome; nothing when the promises held and the control did not. */
export function against({ lost, twice, broken, control }: Outcome): string[] {
  return [
    ...lost.map((what) => `lost: ${what}`),
    ...twice.map((what) => `twice: ${what}`),
    ...broken,
    ...(control === null ? ['the control was not seen to fail'] : []),
  ];
}
