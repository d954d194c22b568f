import { Modal } from '@mantine/core';
import { transit, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words.ts';

/** All keys, to be looked up. */
export function Shortcuts() {
  const opened = useStudio((state) => state.presence.dialog?.dialog === 'shortcuts');
  return (
    <Modal opened={opened} onClose={() => transit((state) => present(state, { dialog: null }))} title={words.commands.shortcuts} size={520}>
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
    </Modal>
  );
}
