import { TextInput } from '@mantine/core';
import { FileDown } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { statusWord, toneOf } from '../../runs/status.ts';
import { service } from '../../state/files.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { exactTime, fromNow } from '../../ui/format.ts';
import { useAnswer } from '../../ui/use-answer.ts';
import { useNow } from '../../ui/use-now.ts';
import { words } from '../../words/index.ts';

const LIMIT = 50;
const REST_MS = 150;

interface FindProps {
  chosen: string | null;
  /** Events on record: once there are more, it is searched again. */
  events: number;
  onOpen: (id: string) => void;
  onExport: (id: string) => void;
}

/** Finds cases on record; without a search the newest. */
export function FindCase({ chosen, events, onOpen, onExport }: FindProps) {
  const [typed, setTyped] = useState('');
  const [query, setQuery] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setQuery(typed), REST_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const { answer, error, again } = useAnswer(
    useCallback(() => service().call('findCases', { query, limit: LIMIT }), [query]),
  );
  useEffect(again, [again, events]);
  const now = useNow();
  const cases = answer?.cases ?? [];
  return (
    <section className="stack" aria-labelledby="record-find">
      <h2 id="record-find">{words().record.find}</h2>
      <p className="quiet">{words().record.findHelp}</p>
      <TextInput
        className="setting-field"
        aria-label={words().record.query}
        placeholder={words().record.example}
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {error === null ? null : <ErrorNote error={error} />}
      {answer !== null && cases.length === 0 ? (
        <p className="quiet" role="status">
          {words().record.foundNone}
        </p>
      ) : null}
      {cases.length === 0 ? null : (
        <table className="list">
          <thead>
            <tr>
              <th scope="col">{words().runs.id}</th>
              <th scope="col">{words().runs.status}</th>
              <th scope="col">{words().runs.result}</th>
              <th scope="col">{words().runs.started}</th>
              <th scope="col">{words().record.found}</th>
              <th scope="col">{words().record.evidence}</th>
            </tr>
          </thead>
          <tbody>
            {cases.map(({ id, status, result, started, by }) => (
              <tr key={id} className={id === chosen ? 'current' : undefined}>
                <td>
                  <button
                    type="button"
                    className="plain link mono"
                    aria-label={words().record.open(id)}
                    aria-pressed={id === chosen}
                    onClick={() => onOpen(id)}
                  >
                    {id}
                  </button>
                </td>
                <td>
                  <span className={`chip ${toneOf(status)}`}>{statusWord(status)}</span>
                </td>
                <td>{result ?? '–'}</td>
                <td title={exactTime(started)}>{fromNow(started, now)}</td>
                <td className="quiet">{words().record.by[by]}</td>
                <td>
                  <button
                    type="button"
                    className="plain"
                    aria-label={words().record.export(id)}
                    onClick={() => onExport(id)}
                  >
                    <FileDown size={14} aria-hidden />
                    {words().record.exportShort}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
