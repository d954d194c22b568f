import { Button, Loader } from '@mantine/core';
import { Stamp } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { service } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { OutcomesByRelease } from '../real/outcomes.tsx';
import { present } from '../state/transitions.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { useAnswer } from '../ui/use-answer.ts';
import { Page } from '../ui/page.tsx';
import { words } from '../words/index.ts';
import { faultsIn } from './faults.ts';
import { newestFirst, releaseBefore } from './releases/order.ts';
import { ReleaseDetail } from './releases/release-detail.tsx';

/** Releases: flows frozen, tested and signed; one of them looked into at the side. */
export function ReleasesPage() {
  const { answer, error, again } = useAnswer(useCallback(() => service().call('releases', {}), []));
  const workspace = useStudio((state) => state.service.workspace);
  // One may be signed while they are looked at, here or elsewhere.
  const released = useStudio((state) => state.service.released);
  useEffect(again, [again, released, workspace]);
  const canExport = useStudio((state) => state.document !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const releases = newestFirst(answer?.releases ?? []);
  const shown = releases.find(({ path }) => path === chosen) ?? releases[0];
  const titleOf = (flow: string): string => workspace?.flows.find(({ path }) => path === flow)?.title ?? flow;
  return (
    <div className="runs">
      <Page className="grow">
        <div className="row">
          <h1 className="grow">{words().releases.title}</h1>
          <Button
            variant="default"
            disabled={!canExport}
            title={canExport ? undefined : words().releases.openFlow}
            leftSection={<Stamp size={14} aria-hidden />}
            onClick={() => transit((state) => present(state, { dialog: { dialog: 'export' } }))}
          >
            {words().exporting.open}
          </Button>
        </div>
        <p className="quiet">{words().releases.what}</p>
        {error === null ? null : <ErrorNote error={error} />}
        {faultsIn(workspace, 'releases/').map((fault) => (
          <ErrorNote key={fault.where?.file ?? fault.message} error={fault} />
        ))}
        {answer === null && error === null ? (
          <Loader size="sm" role="status" aria-label={words().releases.loading} />
        ) : null}
        {answer?.releases.length === 0 ? (
          <Empty title={words().releases.noneTitle} text={words().releases.none} />
        ) : null}
        {releases.length === 0 ? null : (
          <ul aria-label={words().releases.list}>
            {releases.map((release) => (
              <li key={release.path}>
                <button
                  type="button"
                  className="inbox-item"
                  aria-current={release.path === shown?.path}
                  onClick={() => setChosen(release.path)}
                >
                  <span className="strong break">{titleOf(release.flow)}</span>
                  <span className="small quiet break">
                    {words().releases.number(release.release)} · {release.flow}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {releases.length === 0 ? null : <OutcomesByRelease />}
      </Page>
      {shown === undefined ? null : (
        <ReleaseDetail key={shown.path} path={shown.path} before={releaseBefore(releases, shown)} />
      )}
    </div>
  );
}
