import { Button, Menu } from '@mantine/core';
import { Copy, MoreHorizontal, Pencil, Plus, Trash2, Undo2 } from 'lucide-react';
import { bringBack, deleteCase, duplicateCase, editCase, newCase } from '../state/making.ts';
import { useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { words } from '../words/index.ts';

/** What can be done with a scenario. */
export function CaseMenu({ path, name }: { path: string; name: string }) {
  const said = words().making;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="plain icon" aria-label={said.more(name)} title={said.more(name)}>
          <MoreHorizontal size={16} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<Pencil size={14} aria-hidden />} onClick={() => void editCase(path)}>
          {said.edit}
        </Menu.Item>
        <Menu.Item leftSection={<Copy size={14} aria-hidden />} onClick={() => void duplicateCase(path)}>
          {said.duplicate}
        </Menu.Item>
        <Menu.Item leftSection={<Trash2 size={14} aria-hidden />} onClick={() => void deleteCase(path)}>
          {said.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The scenario that was deleted last can be brought back. */
export function Gone() {
  const gone = useStudio((state) => state.sandbox.gone);
  if (gone === null) return null;
  return (
    <p className="row" role="status">
      <span>{words().making.gone(gone.scenario.name)}</span>
      <button type="button" className="plain" onClick={() => void bringBack()}>
        <Undo2 size={14} aria-hidden />
        {words().making.undo}
      </button>
    </p>
  );
}

/** No scenario is there yet: what one is, and how it is made. */
export function FirstCase() {
  const error = useStudio((state) => state.sandbox.error);
  return (
    <div className="case">
      <Gone />
      {error === null ? null : <ErrorNote error={error} />}
      <Empty title={words().cases.noneTitle} text={words().cases.none}>
        <Button leftSection={<Plus size={14} aria-hidden />} onClick={newCase}>
          {words().making.first}
        </Button>
      </Empty>
    </div>
  );
}
