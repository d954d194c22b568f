import { Button, Select, Switch } from '@mantine/core';
import { ChevronDown, ChevronUp, Copy, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { copyText } from '../canvas/clipboard.ts';
import { useAnswer } from '../ui/use-answer.ts';
import { service } from '../state/files.ts';
import { useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { tell as notice } from '../ui/notice.ts';
import { endComparison, goToChange, labelOf, setMoves, startComparison, stepChange, usualBefore } from './acts.ts';
import { ChangeDetail } from './change-detail.tsx';
import type { ChangeGroup } from './compare.ts';
import { groupAt, useVersions, versionsFor, type Comparison, type SideRef } from './store.ts';
import { words } from '../words/index.ts';

/** What changed between two versions of the flow: chosen above, listed on the left, before and after on the right. */
export function DiffTab() {
  const path = useStudio((state) => state.document?.path ?? '');
  const comparison = useVersions((state) => (state.comparison?.path === path ? state.comparison : null));
  const error = useVersions((state) => state.error);
  const [asText, setAsText] = useState(false);
  return (
    <div className="diff">
      <div className="diff-bar">
        <Sides key={path} path={path} comparison={comparison} />
        {comparison === null ? null : <Steps comparison={comparison} asText={asText} setAsText={setAsText} />}
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {comparison === null ? (
        <p className="quiet diff-hint">{words().versions.compare.hint}</p>
      ) : comparison.changes.length === 0 ? (
        <Empty title={words().versions.compare.none} text="" />
      ) : asText ? (
        <AsText comparison={comparison} />
      ) : (
        <ByStep comparison={comparison} />
      )}
    </div>
  );
}

const keyOf = (ref: SideRef): string =>
  ref.side === 'version' ? `version ${ref.number}` : ref.side === 'release' ? `release ${ref.path}` : ref.side;

interface Choice {
  ref: SideRef;
  label: string;
}

const askReleases = () => service().call('releases', {});

/** All that the flow can be compared with: its draft, its file, its versions and its releases. */
function useChoices(path: string): readonly Choice[] {
  const versions = useVersions((state) => versionsFor(state, path));
  const releases = useAnswer(askReleases).answer?.releases ?? [];
  return [
    { ref: { side: 'draft' }, label: words().versions.draftSide },
    { ref: { side: 'disk' }, label: words().versions.disk },
    ...versions.map(({ number, name }): Choice => ({
      ref: { side: 'version', number },
      label: words().versions.versionNamed(number, name),
    })),
    ...releases
      .filter((one) => one.flow === path)
      .map(({ path: manifest, release }): Choice => ({
        ref: { side: 'release', path: manifest, release },
        label: words().versions.release(release),
      })),
  ];
}

function Sides({ path, comparison }: { path: string; comparison: Comparison | null }) {
  const choices = useChoices(path);
  const [before, setBefore] = useState<SideRef | null>(null);
  const from = comparison?.before.ref ?? before ?? usualBefore();
  const to: SideRef = comparison?.after.ref ?? { side: 'draft' };
  const data = (but: SideRef['side'][]) =>
    choices.filter(({ ref }) => !but.includes(ref.side)).map(({ ref, label }) => ({ value: keyOf(ref), label }));
  const refOf = (key: string | null): SideRef | null => choices.find(({ ref }) => keyOf(ref) === key)?.ref ?? null;
  const choose = (one: SideRef | null, other: SideRef | null): void => {
    if (one === null || other === null) return;
    if (comparison === null) setBefore(one);
    else void startComparison(one, other);
  };
  return (
    <div className="diff-sides">
      <Select
        size="xs"
        className="diff-side-choice"
        aria-label={words().versions.compare.from}
        allowDeselect={false}
        data={data(['draft'])}
        value={keyOf(from)}
        onChange={(key) => choose(refOf(key), to)}
      />
      <span className="quiet">{words().versions.compare.with}</span>
      {comparison === null ? (
        <>
          <span>{words().versions.draftSide}</span>
          <Button size="compact-sm" onClick={() => void startComparison(from, to)}>
            {words().versions.compare.start}
          </Button>
        </>
      ) : (
        <Select
          size="xs"
          className="diff-side-choice"
          aria-label={words().versions.compare.with}
          allowDeselect={false}
          data={data(['disk'])}
          value={keyOf(to)}
          onChange={(key) => choose(from, refOf(key))}
        />
      )}
    </div>
  );
}

interface StepsProps {
  comparison: Comparison;
  asText: boolean;
  setAsText: (asText: boolean) => void;
}

function Steps({ comparison, asText, setAsText }: StepsProps) {
  const { groups, at, moves, changes } = comparison;
  const copy = async () => {
    if (await copyText(textOf(comparison))) notice(words().versions.compare.copied);
  };
  return (
    <>
      <span className="small quiet diff-count" role="status">
        {words().versions.compare.count(groups.length)}
        {at === null ? '' : ` · ${words().versions.compare.place(at + 1, groups.length)}`}
      </span>
      <Act
        label={words().versions.compare.previous}
        Icon={ChevronUp}
        disabled={groups.length === 0}
        onClick={() => stepChange(-1)}
      />
      <Act
        label={words().versions.compare.next}
        Icon={ChevronDown}
        disabled={groups.length === 0}
        onClick={() => stepChange(1)}
      />
      <span className="grow" />
      <Switch
        size="xs"
        label={words().versions.compare.moves}
        title={words().versions.compare.movesHint}
        checked={moves}
        onChange={(event) => setMoves(event.target.checked)}
      />
      <button type="button" className="plain diff-toggle" aria-pressed={asText} onClick={() => setAsText(!asText)}>
        {words().versions.compare.text}
      </button>
      <Act
        label={words().versions.compare.copy}
        Icon={Copy}
        disabled={changes.length === 0}
        onClick={() => void copy()}
      />
      <Act label={words().versions.compare.close} Icon={X} onClick={endComparison} />
    </>
  );
}

interface ActProps {
  label: string;
  Icon: typeof X;
  disabled?: boolean;
  onClick: () => void;
}

const Act = ({ label, Icon, disabled = false, onClick }: ActProps) => (
  <button type="button" className="plain icon" aria-label={label} title={label} disabled={disabled} onClick={onClick}>
    <Icon size={16} aria-hidden />
  </button>
);

/** The words of `countersign diff`. */
const textOf = ({ changes }: Comparison): string => changes.map(({ sentence }) => sentence).join('\n');

const AsText = ({ comparison }: { comparison: Comparison }) => (
  <pre className="diff-text scroll" tabIndex={0} aria-label={words().versions.compare.text}>
    {textOf(comparison)}
  </pre>
);

const LEANING: readonly ChangeGroup['what'][] = ['connection', 'model', 'policy', 'subflow'];

function ByStep({ comparison }: { comparison: Comparison }) {
  const group = useVersions(groupAt);
  return (
    <div className="diff-halves">
      <ul className="diff-list scroll" aria-label={words().versions.compare.changes}>
        {comparison.groups.map((one, i) => (
          <ChangeItem key={one.key} group={one} at={i} chosen={comparison.at === i} />
        ))}
      </ul>
      <div className="diff-detail scroll" role="region" aria-label={words().versions.compare.detail} tabIndex={0}>
        {group === null ? (
          <p className="quiet">
            {labelOf(comparison.before.ref)} → {labelOf(comparison.after.ref)}
          </p>
        ) : (
          <ChangeDetail group={group} comparison={comparison} leans={LEANING.includes(group.what)} />
        )}
      </div>
    </div>
  );
}

function ChangeItem({ group, at, chosen }: { group: ChangeGroup; at: number; chosen: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (chosen) button.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <li>
      <button ref={button} type="button" className="diff-item" aria-current={chosen} onClick={() => goToChange(at)}>
        <span className={`diff-mark ${group.mark}`}>{words().versions.marks[group.mark]}</span>
        <span className="clip grow">{group.what === 'about' ? words().versions.kinds.about : group.name}</span>
        <span className="small quiet">{group.what === 'about' ? '' : words().versions.kinds[group.what]}</span>
      </button>
    </li>
  );
}
