import { Alert, Button, Menu } from '@mantine/core';
import { ArrowLeftRight, FileDown, FileUp } from 'lucide-react';
import { useRef, useState, type ReactNode } from 'react';
import type { FileForm } from '../../../engine/dmn/sheet/table-file.ts';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import { useOffer } from '../../commands/offered.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SheetDialog } from './sheet-dialog.tsx';
import { giveSheet } from './sheet-files.ts';
import { words } from '../../words/index.ts';

interface TableExchangeProps {
  table: DecisionTable;
  scope: FeelScopeTypes;
  readOnly: boolean;
  /** Takes over a table, as one step for undo. */
  onChange: (table: DecisionTable) => void;
  /** The step, by which files are named. */
  nodeName: string;
  /** More entries of the menu. */
  children?: ReactNode;
}

const FORMS: readonly FileForm[] = ['csv', 'csv for European Excel', 'xlsx'];

/** A decision table from files of spreadsheets and to them. */
export function TableExchange({ table, scope, readOnly, onChange, nodeName, children }: TableExchangeProps) {
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<File | null>(null);
  const [told, setTold] = useState<{ file: string; told: readonly string[] } | null>(null);

  const give = async (form: FileForm) => {
    const given = await giveSheet(table, form, nodeName);
    if (given.told.length > 0) setTold(given);
  };

  useOffer({
    'table.take-sheet': readOnly ? null : () => input.current?.click(),
    'table.give-xlsx': () => void give('xlsx'),
    'table.give-csv': () => void give('csv'),
    'table.give-csv-european': () => void give('csv for European Excel'),
  });

  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.txt,.xlsx"
        hidden
        aria-label={words().sheets.file}
        onChange={(event) => {
          setChosen(event.currentTarget.files?.[0] ?? null);
          // The same file may be chosen again, once it was mended.
          event.currentTarget.value = '';
        }}
      />
      <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className="plain">
            <ArrowLeftRight size={14} aria-hidden />
            {words().sheets.menu}
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<FileUp size={14} aria-hidden />}
            disabled={readOnly}
            onClick={() => input.current?.click()}
          >
            {words().sheets.take}
          </Menu.Item>
          {FORMS.map((form) => (
            <Menu.Item
              key={form}
              leftSection={<FileDown size={14} aria-hidden />}
              {...(form === 'xlsx' ? {} : { title: words().sheets.apostrophe })}
              onClick={() => void give(form)}
            >
              {words().sheets.give[form]}
              <span className="small quiet exchange-help">{words().sheets.giveHelp[form]}</span>
            </Menu.Item>
          ))}
          {children}
        </Menu.Dropdown>
      </Menu>
      {chosen === null ? null : (
        <SheetDialog
          key={`${chosen.name} ${chosen.lastModified}`}
          file={chosen}
          table={table}
          scope={scope}
          onUse={(next) => {
            setChosen(null);
            onChange(next);
          }}
          onClose={() => setChosen(null)}
        />
      )}
      {told === null ? null : (
        <Dialog opened onClose={() => setTold(null)} title={words().sheets.given(told.file)} size={520}>
          <div className="stack loose">
            <Alert color="yellow" role="alert">
              {told.told.map((one) => (
                <p key={one}>{one}</p>
              ))}
            </Alert>
            <div className="row">
              <span className="grow" />
              <Button onClick={() => setTold(null)}>{words().sheets.close}</Button>
            </div>
          </div>
        </Dialog>
      )}
    </>
  );
}
