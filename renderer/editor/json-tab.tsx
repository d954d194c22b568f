import { Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { useStudio } from '../state/store.ts';
import { JsonEditor } from './json-editor.tsx';
import { loadMonaco, monacoNow } from './load-monaco.ts';
import { words } from '../words/index.ts';

/** The whole document as JSON, beside its drawing. The editor is loaded when it is looked at first. */
export function JsonTab({ flow }: { flow: Flow }) {
  const path = useStudio((state) => state.document?.path ?? '');
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const [kit, setKit] = useState(monacoNow);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let here = true;
    void loadMonaco().then((loaded) => {
      if (!here) return;
      setKit(loaded);
      setFailed(loaded === null);
    });
    return () => {
      here = false;
    };
  }, []);
  if (failed) return <p role="alert">{words().editor.json.unavailable}</p>;
  if (kit === null) return <Loader size="sm" role="status" aria-label={words().editor.json.loading} />;
  return <JsonEditor key={path} kit={kit} path={path} flow={flow} readOnly={readOnly} />;
}
