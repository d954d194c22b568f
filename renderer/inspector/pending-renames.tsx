import { useMemo } from 'react';
import { callersOf, renamedFields } from '../state/renames.ts';
import { useStudio } from '../state/store.ts';
import { words } from '../words/index.ts';

/** Which fields are called otherwise than in the file, and what follows them when the flow is saved. */
export function PendingRenames() {
  const document = useStudio((state) => state.document);
  const tabs = useStudio((state) => state.tabs);
  const workspace = useStudio((state) => state.service.workspace);
  const found = useMemo(
    () =>
      document === null
        ? null
        : { fields: [...renamedFields(document)], callers: callersOf(useStudio.getState(), document) },
    // oxlint-disable-next-line react/exhaustive-deps -- callers are open in tabs, or in the workspace
    [document, tabs, workspace],
  );
  if (found === null || found.fields.length === 0) return null;
  const said = words().renames.pending;
  return (
    <div className="pending-renames" role="status">
      <p className="small">
        <strong>{said.title}</strong>
      </p>
      <ul>
        {found.fields.map(([from, to]) => (
          <li key={from}>{said.arrow(from, to)}</li>
        ))}
      </ul>
      <p className="small quiet">{said.scenarios}</p>
      {found.callers.length === 0 ? null : (
        <p className="small">{said.callers(found.callers.map(({ title }) => title))}</p>
      )}
      <p className="small quiet">{said.outside}</p>
    </div>
  );
}
