import { useMemo } from 'react';
import { useStudio } from '../state/store.ts';

/** Flows that share a title, which then are told apart by their files. */

/** The paths of all flows whose title another has as well. */
export function twinsOf(flows: readonly { readonly path: string; readonly title: string }[]): ReadonlySet<string> {
  const byTitle = Map.groupBy(flows, ({ title }) => title.trim());
  return new Set([...byTitle.values()].flatMap((same) => (same.length < 2 ? [] : same.map(({ path }) => path))));
}

/** `refunds.flow.json` without what all of them end in. */
export const fileOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1).replace(/\.flow\.json$/, '');

/** Those of the workspace; a flow on the canvas goes by the title that it has now. */
export function useTwins(): ReadonlySet<string> {
  const flows = useStudio((state) => state.service.workspace?.flows);
  const path = useStudio((state) => state.document?.path);
  const title = useStudio((state) => state.document?.history.present.about.title);
  return useMemo(
    () => twinsOf((flows ?? []).map((flow) => (flow.path === path && title !== undefined ? { path, title } : flow))),
    [flows, path, title],
  );
}
