import { Alert, Button, Checkbox, NativeSelect } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ROLES } from '../../../engine/dmn/sheet/head.ts';
import type { ColumnReading, Role, SheetReading } from '../../../engine/dmn/sheet/table-file.ts';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Report } from './report.tsx';
import { readChosenSheet } from './sheet-files.ts';
import './exchange.css';
import { words } from '../../words/index.ts';

interface SheetDialogProps {
  file: File;
  table: DecisionTable;
  scope: FeelScopeTypes;
  onUse: (table: DecisionTable) => void;
  onClose: () => void;
}

/** What the person says of a sheet that it does not say itself. */
interface Choices {
  readonly roles: ReadonlyMap<number, Role>;
  readonly missing: 'stay' | 'go';
  readonly sheet: string | null;
}

/** What a sheet would make of the table, before anything is taken over. */
export function SheetDialog({ file, table, scope, onUse, onClose }: SheetDialogProps) {
  const [choices, setChoices] = useState<Choices>({ roles: new Map(), missing: 'stay', sheet: null });
  const [reading, setReading] = useState<SheetReading | null>(null);
  useEffect(() => {
    let current = true;
    const { sheet, ...others } = choices;
    const read = async () => {
      const options = { existing: table, scope, ...others, ...(sheet === null ? {} : { sheet }) };
      const next = await readChosenSheet(file, options);
      if (current) setReading(next);
    };
    void read();
    return () => {
      current = false;
    };
  }, [file, table, scope, choices]);
  return (
    <Dialog opened onClose={onClose} title={words().sheets.title(file.name)} size={760}>
      {reading === null ? (
        <p role="status">{words().sheets.reading}</p>
      ) : reading.ok ? (
        <Read reading={reading} choices={choices} onChoose={setChoices} onUse={onUse} onClose={onClose} />
      ) : (
        <Refused reading={reading} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Refused({ reading, onClose }: { reading: Extract<SheetReading, { ok: false }>; onClose: () => void }) {
  return (
    <div className="stack loose">
      <Alert color="red" role="alert">
        <p>{reading.message}</p>
        <p>{reading.hint}</p>
        <p>{words().sheets.refused}</p>
      </Alert>
      <div className="row">
        <span className="grow" />
        <Button onClick={onClose}>{words().sheets.close}</Button>
      </div>
    </div>
  );
}

interface ReadProps {
  reading: Extract<SheetReading, { ok: true }>;
  choices: Choices;
  onChoose: (choices: Choices) => void;
  onUse: (table: DecisionTable) => void;
  onClose: () => void;
}

function Read({ reading, choices, onChoose, onUse, onClose }: ReadProps) {
  const { report, table } = reading;
  const { missing, sheets } = report;
  const loses = report.lost.length > 0;
  return (
    <form
      className="stack loose exchange"
      onSubmit={(event) => {
        event.preventDefault();
        onUse(table);
      }}
    >
      <div className="small quiet">
        {report.file.map((one) => (
          <p key={one}>{one}</p>
        ))}
        <p>{words().sheets.rows(table.rows.length)}</p>
      </div>
      {sheets.length > 1 ? (
        <NativeSelect
          label={words().sheets.sheet}
          data={[...sheets]}
          value={choices.sheet ?? sheets[0] ?? ''}
          onChange={(event) => onChoose({ ...choices, sheet: event.currentTarget.value, roles: new Map() })}
        />
      ) : null}
      {report.own ? null : (
        <Columns
          columns={report.columns}
          onRole={(column, role) => onChoose({ ...choices, roles: new Map(choices.roles).set(column, role) })}
        />
      )}
      {missing.length === 0 ? null : (
        <Checkbox
          label={words().sheets.drop}
          description={words().sheets.missing(missing)}
          checked={choices.missing === 'go'}
          onChange={(event) => onChoose({ ...choices, missing: event.currentTarget.checked ? 'go' : 'stay' })}
        />
      )}
      <Report report={report} />
      <div className="row">
        <span className="grow" />
        <Button variant="default" onClick={onClose}>
          {words().sheets.cancel}
        </Button>
        <Button type="submit" {...(loses ? { color: 'red' } : {})} data-autofocus>
          {loses ? words().sheets.actAndLose : words().sheets.act}
        </Button>
      </div>
    </form>
  );
}

interface ColumnsProps {
  columns: readonly ColumnReading[];
  onRole: (column: number, role: Role) => void;
}

function Columns({ columns, onRole }: ColumnsProps) {
  const shown = columns.filter(({ heading }) => heading !== '');
  return (
    <fieldset className="exchange-columns">
      <legend>{words().sheets.columns}</legend>
      {shown.map(({ column, heading, role, target }) => (
        <NativeSelect
          key={column}
          label={heading}
          description={(role === 'input' || role === 'output') && target !== heading ? target : undefined}
          data={ROLES.map((one) => ({ value: one, label: words().sheets.roles[one] }))}
          value={role}
          onChange={(event) => {
            const next = ROLES.find((one) => one === event.currentTarget.value);
            if (next !== undefined) onRole(column, next);
          }}
        />
      ))}
    </fieldset>
  );
}
