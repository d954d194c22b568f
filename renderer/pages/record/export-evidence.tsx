import { Button, Switch } from '@mantine/core';
import { useState } from 'react';
import { toErrorShape, type ErrorShape } from '../../../engine/flow/error.ts';
import { service } from '../../state/files.ts';
import { download } from '../../table/exchange/sheet-files.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { tell } from '../../ui/notice.ts';
import { words } from '../../words/index.ts';

interface ExportProps {
  /** The case; null while nothing is exported. */
  id: string | null;
  onClose: () => void;
  onExported: () => void;
}

/** Hands the evidence of a case out as a file. */
export function ExportEvidence({ id, onClose, onExported }: ExportProps) {
  return (
    <Dialog opened={id !== null} onClose={onClose} title={words().record.exportTitle(id ?? '')} size={520}>
      {id === null ? null : <Form id={id} onClose={onClose} onExported={onExported} />}
    </Dialog>
  );
}

function Form({ id, onClose, onExported }: { id: string; onClose: () => void; onExported: () => void }) {
  const [between, setBetween] = useState(true);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorShape | null>(null);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      const { name, text, events } = await service().call('exportEvidence', { case: id, between, open });
      download(name, new Blob([text], { type: 'application/json' }));
      tell(words().record.exported(name, events));
      onExported();
      onClose();
    } catch (cause) {
      setError(toErrorShape(cause));
      setBusy(false);
    }
  };
  return (
    <div className="stack loose">
      <p>{words().record.exportHelp}</p>
      <Switch
        label={words().record.between}
        description={words().record.betweenHelp}
        checked={between}
        onChange={(event) => setBetween(event.target.checked)}
      />
      <Switch
        label={words().record.openSealed}
        description={words().record.openSealedHelp}
        checked={open}
        onChange={(event) => setOpen(event.target.checked)}
      />
      {error === null ? null : <ErrorNote error={error} />}
      <div className="row wrap">
        <Button data-autofocus loading={busy} onClick={() => void act()}>
          {words().record.act}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {words().record.cancel}
        </Button>
      </div>
    </div>
  );
}
