import { Button, Loader } from '@mantine/core';
import { Stamp } from 'lucide-react';
import { useCallback } from 'react';
import { service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAnswer } from '../ui/use-answer.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';

/** Releases: flows frozen, tested and signed. */
export function ReleasesPage() {
  const { answer, error } = useAnswer(useCallback(() => service().call('releases', {}), []));
  const canExport = useStudio((state) => state.document !== null);
  return (
    <Page>
      <div className="row">
        <h1 className="grow">{words().releases.title}</h1>
        <Button
          variant="default"
          disabled={!canExport}
          leftSection={<Stamp size={14} aria-hidden />}
          onClick={() => transit((state) => present(state, { dialog: { dialog: 'export' } }))}
        >
          {words().exporting.open}
        </Button>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {answer === null && error === null ? (
        <Loader size="sm" role="status" aria-label={words().releases.loading} />
      ) : null}
      {answer?.releases.length === 0 ? <Empty title={words().releases.noneTitle} text={words().releases.none} /> : null}
      {answer === null || answer.releases.length === 0 ? null : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{words().releases.flow}</th>
              <th scope="col">{words().releases.number}</th>
              <th scope="col">{words().releases.file}</th>
              <th scope="col">{words().releases.program}</th>
            </tr>
          </thead>
          <tbody>
            {answer.releases
              .toSorted((a, b) => a.flow.localeCompare(b.flow) || b.release - a.release)
              .map((release) => (
                <tr key={release.path}>
                  <td className="strong">{release.flow}</td>
                  <td>{release.release}</td>
                  <td className="mono">{release.path}</td>
                  <td className="mono" title={release.program}>
                    {release.program.slice(0, 23)}…
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}
