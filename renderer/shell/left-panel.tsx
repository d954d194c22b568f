import { Plus, TriangleAlert } from 'lucide-react';
import { Palette } from '../canvas/palette.tsx';
import { Keys } from '../commands/keys-shown.tsx';
import { commandOf } from '../commands/registry.ts';
import { keysOf } from '../commands/shortcuts.ts';
import { showFlow } from '../state/files.ts';
import { transit, useStudio } from '../state/store.ts';
import { isDraft, present } from '../state/transitions.ts';
import { words } from '../words/index.ts';

/** The flows of the workspace, and the kinds that can be drawn. */
export function LeftPanel() {
  const workspace = useStudio((state) => state.service.workspace);
  const open = useStudio((state) => state.document?.path);
  const draft = useStudio((state) => isDraft(state.document));
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
              title={flow.path}
              onClick={() => showFlow(flow.path)}
            >
              <span className="clip grow">{flow.title}</span>
              {flow.path === open && draft ? (
                <span className="draft-dot" role="img" aria-label={words().shell.draft} />
              ) : null}
            </button>
          </li>
        ))}
      </ul>
      {workspace?.errors.map((error) => (
        <p
          key={`${error.code} ${error.where?.file ?? ''} ${error.message}`}
          className="left-error small"
          title={`${error.hint} ${error.code}`}
        >
          <TriangleAlert size={14} color="var(--amber)" aria-hidden />
          <span>
            {error.where?.file ?? ''} {error.message}
          </span>
        </p>
      ))}
      <div className="left-head">
        <h2 className="grow">{words().palette.title}</h2>
        <AddKeys />
      </div>
      <Palette />
    </section>
  );
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
