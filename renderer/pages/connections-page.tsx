import { RotateCcw, TriangleAlert } from 'lucide-react';
import type { Action } from '../../engine/connections/contract.ts';
import { useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { acrossCases } from './limit-words.ts';

/** The workspace's connections: what flows may do in other systems, and whether it can be taken back. */
export function ConnectionsPage() {
  const connections = Object.values(useStudio((state) => state.service.workspace?.connections) ?? {});
  return (
    <Page>
      <h1>{words().connections.title}</h1>
      {connections.length === 0 ? (
        <Empty title={words().connections.noneTitle} text={words().connections.none} />
      ) : null}
      <ul className="cards">
        {connections.map((connection) => (
          <li key={connection.name} className="plain-card">
            <h2>{connection.title}</h2>
            <p className="quiet">
              <span className="mono">{connection.name}</span> · {words().connections.owner(connection.owner)}
            </p>
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">{words().connections.action}</th>
                  <th scope="col">{words().connections.takenBack}</th>
                  <th scope="col">{words().connections.takes}</th>
                </tr>
              </thead>
              <tbody>
                {Object.entries(connection.actions).map(([name, action]) => (
                  <tr key={name}>
                    <td>
                      <span className="strong">{action.title}</span>
                      <span className="small quiet block mono">{name}</span>
                      {acrossCases(action).map((line) => (
                        <span key={line} className="small quiet block">
                          {line}
                        </span>
                      ))}
                    </td>
                    <td>
                      <ClassChip action={action} />
                    </td>
                    <td className="quiet">{Object.keys(action.request).join(', ') || '–'}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </li>
        ))}
      </ul>
    </Page>
  );
}

export function ClassChip({ action }: { action: Action }) {
  if (action.class === 'irreversible')
    return (
      <span className="chip bad">
        {words().effect.irreversible}
        <TriangleAlert size={12} aria-hidden />
      </span>
    );
  if (action.class === 'reversible')
    return (
      <span className="chip" title={words().effect.undo(action.undo?.action ?? '')}>
        {words().effect.reversible}
        <RotateCcw size={12} aria-hidden />
      </span>
    );
  return <span className="chip">{words().effect.read}</span>;
}
