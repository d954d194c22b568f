import { Button, Loader, Switch } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { Policy } from '../../../engine/connections/contract.ts';
import { toErrorShape, type ErrorShape } from '../../../engine/flow/error.ts';
import { loadWorkspace, service } from '../../state/files.ts';
import { transit, useStudio } from '../../state/store.ts';
import { Empty } from '../../ui/empty.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { tell } from '../../ui/notice.ts';
import { Page } from '../../ui/page.tsx';
import { useAnswer } from '../../ui/use-answer.ts';
import { ActionRows } from './action-rows.tsx';
import { draftAfter, policyRows, samePolicy, strangeEntries, withLimit } from './policy-rows.ts';
import { Safeties } from './safeties.tsx';
import { words } from '../../words/index.ts';

/** The workspace's policy: what may be done without a person, and which flows hold under it. */
export function PolicyPage() {
  const { answer, error, again } = useAnswer(useCallback(() => service().call('policy', {}), []));
  const workspace = useStudio((state) => state.service.workspace);
  // Somebody else may have written it.
  useEffect(again, [again, workspace?.policy]);
  if (answer === null)
    return (
      <Page>
        <h1>{words().policy.title}</h1>
        {error === null ? (
          <Loader size="sm" role="status" aria-label={words().policy.loading} />
        ) : (
          <ErrorNote error={error} />
        )}
      </Page>
    );
  return <PolicyForm saved={answer.policy} digest={answer.digest} again={again} />;
}

interface FormProps {
  saved: Policy;
  digest: string | null;
  /** Asks what the file says now. */
  again: () => void;
}

function PolicyForm({ saved, digest, again }: FormProps) {
  const draft = useStudio((state) => state.policyDraft);
  const connections = useStudio((state) => state.service.workspace?.connections) ?? NO_CONNECTIONS;
  const policy = draft?.policy ?? saved;
  const rows = policyRows(policy, connections);
  const strange = strangeEntries(policy, connections);
  const change = (next: Policy) =>
    transit((state) => ({
      ...state,
      policyDraft: samePolicy(next, saved) ? null : { policy: next, base: state.policyDraft?.base ?? digest },
    }));
  return (
    <Page>
      <div>
        <h1>{words().policy.title}</h1>
        <p>{words().policy.what}</p>
        <p className="quiet">{words().policy.whose}</p>
      </div>
      {draft === null ? null : <Changed policy={policy} base={draft.base} again={again} />}
      {digest === null ? <p className="chip wait policy-none">{words().policy.none}</p> : null}
      {rows.length === 0 ? <Empty title={words().policy.noActionsTitle} text={words().policy.noActions} /> : null}
      {rows.length === 0 ? null : (
        <ActionRows rows={rows} onLimit={(entry, limit) => change(withLimit(policy, entry, limit))} />
      )}
      {strange.length === 0 ? null : (
        <section className="plain-card" aria-labelledby="policy-strange">
          <h2 id="policy-strange">{words().policy.strange}</h2>
          <ul className="results">
            {strange.map(({ entry, message, hint }) => (
              <li key={entry} className="row">
                <span className="grow">
                  <span className="mono">{entry}</span>{' '}
                  <span className="tone-bad">
                    {message} {hint}
                  </span>
                </span>
                <button
                  type="button"
                  className="plain icon"
                  aria-label={words().policy.remove(entry)}
                  title={words().policy.remove(entry)}
                  onClick={() => change(withLimit(policy, entry, null))}
                >
                  <Trash2 size={14} aria-hidden />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Switch
        label={words().policy.fourEyes}
        description={words().policy.fourEyesHelp}
        checked={policy.fourEyesOnRelease ?? false}
        onChange={(event) => change({ ...policy, fourEyesOnRelease: event.target.checked })}
      />
      <Safeties policy={policy} />
    </Page>
  );
}

const NO_CONNECTIONS = {};

/** What was changed is not in force: it is saved here, or discarded. */
function Changed({ policy, base, again }: { policy: Policy; base: string | null; again: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const drop = () => {
    transit((state) => ({ ...state, policyDraft: null }));
    again();
  };
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const { digest } = await service().call('savePolicy', { policy, base });
      await loadWorkspace();
      transit((state) => ({ ...state, policyDraft: draftAfter(state.policyDraft, policy, digest) }));
      again();
      tell(words().policy.saved);
    } catch (cause) {
      setError(toErrorShape(cause));
      again();
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack policy-changed" role="status">
      <div className="row wrap">
        <span className="draft-dot" aria-hidden />
        <span className="grow">{words().policy.changed}</span>
        <Button loading={busy} onClick={() => void save()}>
          {words().policy.save}
        </Button>
        <Button variant="default" onClick={drop}>
          {words().policy.discard}
        </Button>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
    </div>
  );
}
