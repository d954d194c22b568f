import { create } from 'zustand';
import type { Flow } from '../../engine/flow/document.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import type { Whole } from '../../engine/flow/pinned.ts';
import type { KeptDraft, VersionEntry } from '../../engine/studio/contract-versions.ts';
import type { DocumentState } from '../state/records.ts';
import type { ChangeGroup, Compared, DiffMarks } from './compare.ts';

/** One side of a comparison: what it is, and how it is called. */
export type SideRef =
  | { readonly side: 'draft' }
  | { readonly side: 'version'; readonly number: number }
  | { readonly side: 'release'; readonly path: string; readonly release: number }
  | { readonly side: 'disk' };

export interface LoadedSide {
  readonly ref: SideRef;
  readonly whole: Whole;
}

export interface Comparison extends Compared {
  /** The flow that is compared. */
  readonly path: string;
  readonly before: LoadedSide;
  /** Follows the document while it is the draft. */
  readonly after: LoadedSide;
  readonly moves: boolean;
  /** The place among the groups that is looked at. */
  readonly at: number | null;
}

/** A version or release that is looked at in the place of the draft. */
export interface Look {
  readonly ref: SideRef;
  /** The draft as it was put aside, with all that can be undone. */
  readonly held: DocumentState;
}

/** What is on disk in the place of the file that a draft began from. */
export interface Conflict {
  /** Digest of the file as it was looked at; what is kept or taken is compared with exactly that. */
  readonly digest: string;
  /** Null where the file is gone, or is no flow, or is one of a newer version, which may not be drawn on. */
  readonly flow: Flow | null;
  readonly gone: boolean;
  /** A newer Countersign wrote the file. */
  readonly newer: boolean;
}

export interface VersionsState {
  /** Versions by flow, newest first. */
  readonly lists: Readonly<Record<string, { versions: readonly VersionEntry[]; errors: readonly ErrorShape[] }>>;
  readonly comparison: Comparison | null;
  readonly looks: Readonly<Record<string, Look>>;
  readonly conflicts: Readonly<Record<string, Conflict>>;
  /** Drafts that were never saved and are offered back. */
  readonly lost: readonly KeptDraft[];
  readonly dialog: 'versions' | 'conflict' | 'lost' | null;
  /** Why something here could not be done. */
  readonly error: ErrorShape | null;
}

export const EMPTY: VersionsState = {
  lists: {},
  comparison: null,
  looks: {},
  conflicts: {},
  lost: [],
  dialog: null,
  error: null,
};

/** What the window knows of versions; nothing of it is part of the document, and nothing is remembered. */
export const useVersions = create<VersionsState>()(() => EMPTY);

export const tell = (some: Partial<VersionsState>): void => useVersions.setState(some);

const NO_VERSIONS: readonly VersionEntry[] = [];

export const versionsFor = ({ lists }: VersionsState, path: string | undefined): readonly VersionEntry[] =>
  (path === undefined ? undefined : lists[path]?.versions) ?? NO_VERSIONS;

export const isLooking = (path: string): boolean => Object.hasOwn(useVersions.getState().looks, path);

/** The group that is looked at. */
export const groupAt = ({ comparison }: VersionsState): ChangeGroup | null =>
  comparison?.at === null || comparison === null ? null : (comparison.groups[comparison.at] ?? null);

/**
 * What the canvas draws over the flow at a path; null when no comparison is about it. After a change to the draft the
 * marks of a moment ago stay until the new ones are there.
 */
export const drawnMarks = ({ comparison, looks }: VersionsState, path: string | undefined): DiffMarks | null =>
  comparison !== null &&
  comparison.path === path &&
  (comparison.after.ref.side === 'draft') !== Object.hasOwn(looks, comparison.path)
    ? comparison.marks
    : null;

/** `v7`, `v7 draft` or `draft`: which version is drawn, by the digest of the saved file; what is not saved is a draft. */
export function stateOf(
  versions: readonly VersionEntry[],
  document: Pick<DocumentState, 'base'> | null,
  unsaved: boolean,
): { version: VersionEntry | null; draft: boolean } {
  const [newest] = versions;
  const same = unsaved ? undefined : versions.find(({ text }) => text === document?.base);
  return { version: same ?? newest ?? null, draft: same === undefined };
}
