import { Tooltip } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import { useHint } from '../commands/keys-shown.tsx';
import { commandOf } from '../commands/registry.ts';
import { useStudio } from '../state/store.ts';

interface ToolProps {
  /** Id of the command. */
  command: string;
  Icon: LucideIcon;
  hintAt?: 'top' | 'bottom';
}

/** A command as a button with its name and keys. */
export function Tool({ command: id, Icon, hintAt = 'top' }: ToolProps) {
  const command = commandOf(id);
  const label = useStudio((state) => (command === undefined ? '' : command.title(state)));
  const enabled = useStudio((state) => command?.enabled?.(state) ?? true);
  const hint = useHint(id, label);
  return (
    <Tooltip label={hint} position={hintAt}>
      <button
        type="button"
        className="plain icon"
        aria-label={label}
        disabled={!enabled}
        onClick={() => void command?.run(useStudio.getState())}
      >
        <Icon size={16} aria-hidden />
      </button>
    </Tooltip>
  );
}
