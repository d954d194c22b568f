import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words.ts';

/** All keys, to be looked up. */
export function Shortcuts() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'shortcuts');
  return (
    <Dialog
      opened={opened}
      onClose={() => transit((state) => present(state, { dialog: null }))}
      title={words.commands.shortcuts}
      size={520}
    >
      <dl className="keys">
        {words.keys.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
