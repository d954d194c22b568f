import { Menu } from '@mantine/core';
import {
  Cable,
  Ellipsis,
  FlaskConical,
  History,
  Inbox,
  Monitor,
  Moon,
  ScrollText,
  Sparkles,
  Sun,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import type { Theme, View } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words.ts';

const PLACES: readonly { view: View; Icon: LucideIcon }[] = [
  { view: 'flows', Icon: Workflow },
  { view: 'sandbox', Icon: FlaskConical },
  { view: 'tasks', Icon: Inbox },
  { view: 'runs', Icon: History },
];
const MORE: readonly { view: View; Icon: LucideIcon }[] = [
  { view: 'releases', Icon: ScrollText },
  { view: 'models', Icon: Sparkles },
  { view: 'connections', Icon: Cable },
];
const THEMES: readonly { theme: Theme; Icon: LucideIcon }[] = [
  { theme: 'system', Icon: Monitor },
  { theme: 'light', Icon: Sun },
  { theme: 'dark', Icon: Moon },
];

const go = (view: View) => transit((state) => arranged(state, { view }));

/** The places of the studio. */
export function Rail() {
  const view = useStudio((state) => state.session.view);
  const theme = useStudio((state) => state.session.theme);
  const tasks = useStudio((state) => state.service.openTasks);
  return (
    <nav className="rail" aria-label={words.shell.places}>
      {PLACES.map(({ view: to, Icon }) => (
        <button
          key={to}
          type="button"
          className="rail-item"
          aria-current={view === to ? 'page' : undefined}
          onClick={() => go(to)}
        >
          <Icon size={18} strokeWidth={1.75} aria-hidden />
          <span>{words.shell.views[to]}</span>
          {to === 'tasks' && tasks > 0 ? (
            <span className="rail-count" title={words.shell.openTasks(tasks)}>
              {tasks > 99 ? '99+' : tasks}
            </span>
          ) : null}
        </button>
      ))}
      <Menu position="right-end" withinPortal={false} floatingStrategy="fixed" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button
            type="button"
            className="rail-item last"
            aria-current={MORE.some((one) => one.view === view) ? 'page' : undefined}
          >
            <Ellipsis size={18} strokeWidth={1.75} aria-hidden />
            <span>{words.shell.more}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {MORE.map(({ view: to, Icon }) => (
            <Menu.Item key={to} leftSection={<Icon size={14} aria-hidden />} onClick={() => go(to)}>
              {words.shell.views[to]}
            </Menu.Item>
          ))}
          {THEMES.map(({ theme: one, Icon }, i) => (
            <Menu.Item
              mt={i === 0 ? 8 : 0}
              key={one}
              leftSection={<Icon size={14} aria-hidden />}
              rightSection={theme === one ? <span className="small quiet">{words.shell.current}</span> : null}
              onClick={() => transit((state) => arranged(state, { theme: one }))}
            >
              {words.shell.themes[one]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
