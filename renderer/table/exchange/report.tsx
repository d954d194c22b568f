import type { CellChange, ReportEntry, SheetReport } from '../../../engine/dmn/sheet/table-file.ts';
import { words } from '../../words/index.ts';

/** What goes comes first: it is what a person must not overlook. */
const SECTIONS = ['lost', 'updated', 'notUnderstood', 'changed'] as const;

/** What a sheet comes to: what goes, what changes, what was not understood, what was read otherwise. */
export function Report({ report }: { report: SheetReport }) {
  const said = SECTIONS.filter((section) => report[section].length > 0);
  const same = report.lost.length + report.updated.length === 0;
  return (
    <div className="stack" role="region" aria-label={words().sheets.menu}>
      {same ? <p>{words().sheets.same}</p> : null}
      {said.map((section) => (
        <section key={section} className={`exchange-section ${section}`}>
          <h3>{words().sheets.sections[section]}</h3>
          <ul>
            {report[section].map((entry) => (
              <li key={entry.message}>
                <Entry entry={entry} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

/** So many cells are shown without being asked for. */
const FEW = 6;
/** More than this many make the dialog slow and nobody reads them. */
const MOST = 500;

function Entry({ entry: { message, cells } }: { entry: ReportEntry }) {
  if (cells.length === 0) return message;
  return (
    <details open={cells.length <= FEW}>
      <summary>
        {message} <span className="quiet">{words().sheets.cells(cells.length)}</span>
      </summary>
      <ul className="exchange-cells">
        {cells.slice(0, MOST).map((cell, i) => (
          // The same place may be told twice.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={i}>
            <Change cell={cell} />
          </li>
        ))}
        {cells.length > MOST ? <li>{words().sheets.more(cells.length - MOST)}</li> : null}
      </ul>
    </details>
  );
}

function Change({ cell: { place, from, to } }: { cell: CellChange }) {
  return (
    <>
      <span className="quiet">{place}</span>
      <code>{from === '' ? to : from}</code>
      {from === '' || to === '' || from === to ? null : (
        <>
          <span aria-label="→">→</span>
          <code>{to}</code>
        </>
      )}
    </>
  );
}
