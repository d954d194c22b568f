import { useCallback } from 'react';
import { service } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Page } from '../ui/page.tsx';
import { useAnswer } from '../ui/use-answer.ts';
import { words } from '../words/index.ts';
import { ConnectionCard } from './connections/connection-card.tsx';
import { faultsIn } from './faults.ts';
import { usesOfAction } from './uses.ts';

/** The workspace's connections: what flows may do in other systems, and whether it can be taken back. */
export function ConnectionsPage() {
  const workspace = useStudio((state) => state.service.workspace);
  const { answer } = useAnswer(useCallback(() => service().call('bindings', {}), []));
  const bindings = new Map(Object.entries(answer?.bindings ?? {}));
  const connections = Object.values(workspace?.connections ?? {});
  return (
    <Page>
      <h1>{words().connections.title}</h1>
      <p className="quiet">{words().connections.what}</p>
      {faultsIn(workspace, 'connections/').map((error) => (
        <ErrorNote key={error.message} error={error} />
      ))}
      {connections.length === 0 ? (
        <Empty title={words().connections.noneTitle} text={words().connections.none}>
          <code className="mono command">{words().connections.where}</code>
          <p>{words().connections.after}</p>
        </Empty>
      ) : null}
      <ul className="cards">
        {connections.map((connection) => (
          <ConnectionCard
            key={connection.name}
            connection={connection}
            binding={bindings.get(connection.name) ?? null}
            usesOf={(action) => usesOfAction(workspace?.documents ?? {}, connection.name, action)}
          />
        ))}
      </ul>
      {connections.length === 0 ? null : <p className="small quiet">{words().connections.production}</p>}
    </Page>
  );
}
