import { Plus, TriangleAlert } from 'lucide-react';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { Palette } from '../canvas/palette.tsx';
import { Keys } from '../commands/keys-shown.tsx';
import { commandOf } from '../commands/registry.ts';
import { keysOf } from '../commands/shortcuts.ts';
import { showFlow } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { isDraft, present } from '../state/transitions.ts';
import { ErrorNote } from '../ui/error-note.tsx';
import { words } from '../words/index.ts';
import { fileOf, useTwins } from './twins.ts';

/** The flows of the workspace, and the kinds that can be drawn. */
export function LeftPanel() {
  const workspace = useStudio((state) => state.service.workspace);
  const open = useStudio((state) => state.document?.path);
  const draft = useStudio((state) => isDraft(state.document));
  const twins = useTwins();
  const create = () => transit((state) => present(state, { dialog: { dialog: 'create flow' } }));
  return (
    <section className="left-panel scroll" aria-label={words().shell.flowsAndSteps}>
      <div className="left-head">
        <h2 className="grow">{words().shell.views.flows}</h2>
        <button
          type="button"
          className="plain icon"
          aria-label={words().create.title}
          title={words().create.title}
          onClick={create}
        >
          <Plus size={16} aria-hidden />
        </button>
      </div>
      <ul className="flows">
        {workspace?.flows.map((flow) => (
          <li key={flow.path}>
            <button
              type="button"
              className="flow-item"
              aria-current={flow.path === open}
              title={
                Object.hasOwn(workspace.documents, flow.path) ? flow.path : `${flow.path}: ${words().shell.unreadable}`
              }
              onClick={() => showFlow(flow.path)}
            >
              <span className="clip grow">
                {flow.title}{' '}
                {twins.has(flow.path) ? <span className="quiet small twin">{fileOf(flow.path)}</span> : null}
              </span>
              {Object.hasOwn(workspace.documents, flow.path) ? null : (
                <TriangleAlert size={14} className="mark wait" role="img" aria-label={words().shell.unreadable} />
              )}
              {flow.path === open && draft ? (
                <span className="draft-dot" role="img" aria-label={words().shell.draft} />
              ) : null}
            </button>
          </li>
        ))}
      </ul>
      {workspace?.errors.map((error) => (
        <div key={`${error.code} ${error.where?.file ?? ''} ${error.message}`} className="left-error small">
          <ErrorNote error={named(error)} />
        </div>
      ))}
      <div className="left-head">
        <h2 className="grow">{words().palette.title}</h2>
        <AddKeys />
      </div>
      <Palette />
    </section>
  );
}

/** An error that names its file: once, whoever worded it. */
export function named(error: ErrorShape): ErrorShape {
  const file = error.where?.file;
  return file === undefined || error.message.includes(file)
    ? error
    : { ...error, message: `${file}: ${error.message}` };
}

/** The keys that add a step, as the person has them. */
function AddKeys() {
  const chosen = useStudio((state) => state.session.shortcuts);
  const command = commandOf('step.add');
  const [chord] = command === undefined ? [] : keysOf(command, chosen);
  return chord === undefined ? null : (
    <span className="small">
      <Keys chord={chord} />
    </span>
  );
}
