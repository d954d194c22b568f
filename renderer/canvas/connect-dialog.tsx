import { useState } from 'react';
import type { Flow } from '../../engine/flow/document.ts';
import { KINDS } from '../../nodes/index.ts';
import { connectNodes, selectNodes } from '../state/edit.ts';
import { transit, useFlow, useStudio } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { KindIcon } from '../ui/icons.tsx';
import { PickList } from '../ui/pick-list.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { words } from '../words/index.ts';
import { exitsOf, targetsOf, type Exit } from './fits.ts';
import { focusNode } from './viewport.ts';

/** Connecting by keyboard: an exit of the step, then the step that it leads to. */
export function ConnectDialog() {
  const from = useStudio((state) => state.presence.connectFrom);
  const flow = useFlow();
  const close = () => transit((state) => present(state, { connectFrom: null }));
  const name = from === null ? '' : (flow?.nodes[from]?.name ?? '');
  return (
    <Dialog opened={from !== null && flow !== null} onClose={close} title={words().connect.title(name)} size={420} high>
      {from === null || flow === null ? null : <Steps key={from} flow={flow} from={from} close={close} />}
    </Dialog>
  );
}

function Steps({ flow, from, close }: { flow: Flow; from: string; close: () => void }) {
  const exits = exitsOf(flow, from);
  const only = exits.length === 1 ? exits[0] : undefined;
  const [picked, setPicked] = useState<Exit | null>(null);
  const exit = picked ?? only ?? null;
  if (exits.length === 0) return <p className="quiet">{words().connect.noExits}</p>;
  if (exit === null) {
    return (
      <PickList
        key="exit"
        label={words().connect.exit}
        placeholder={words().connect.exit}
        empty={words().connect.nothing}
        search={(query) => exits.filter((one) => one.label.toLowerCase().includes(query.trim().toLowerCase()))}
        keyOf={(one) => one.port}
        onPick={setPicked}
        renderItem={(one) => (
          <>
            <span className="strong grow">{one.label}</span>
            <span className="small quiet">
              {one.leadsTo === null
                ? words().connect.free
                : words().connect.leadsTo(flow.nodes[one.leadsTo]?.name ?? '')}
            </span>
          </>
        )}
      />
    );
  }
  return (
    <PickList
      key="target"
      label={words().connect.target(exit.label)}
      placeholder={words().connect.target(exit.label)}
      empty={words().connect.nothing}
      search={(query) => targetsOf(flow, KINDS, from, query)}
      keyOf={(target) => target.id}
      onPick={(target) => {
        connectNodes({ node: from, port: exit.port }, target.id);
        // The step stays at hand, for its next exit.
        selectNodes([from]);
        close();
        focusNode(from);
      }}
      renderItem={(target) => (
        <>
          <KindIcon icon={target.kind?.icon ?? ''} hue={target.kind?.hue ?? 'slate'} />
          <span className="strong grow clip">{target.name}</span>
          <span className="small quiet">{target.kind?.label}</span>
        </>
      )}
    />
  );
}
