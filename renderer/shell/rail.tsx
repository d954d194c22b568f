import { Menu } from '@mantine/core';
import {
  Cable,
  Ellipsis,
  FlaskConical,
  History,
  House,
  Inbox,
  Landmark,
  ScrollText,
  Settings,
  ShieldCheck,
  Sparkles,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import type { View } from '../state/records.ts';
import { transit, useStudio } from '../state/store.ts';
import { arranged } from '../state/transitions.ts';
import { words } from '../words/index.ts';

const PLACES: readonly { view: View; Icon: LucideIcon }[] = [
  { view: 'start', Icon: House },
  { view: 'flows', Icon: Workflow },
  { view: 'sandbox', Icon: FlaskConical },
  { view: 'tasks', Icon: Inbox },
  { view: 'runs', Icon: History },
];
const MORE: readonly { view: View; Icon: LucideIcon }[] = [
  { view: 'record', Icon: Landmark },
  { view: 'releases', Icon: ScrollText },
  { view: 'models', Icon: Sparkles },
  { view: 'connections', Icon: Cable },
  { view: 'policy', Icon: ShieldCheck },
  { view: 'settings', Icon: Settings },
];
const go = (view: View) => transit((state) => arranged(state, { view }));

/** The places of the studio. */
export function Rail() {
  const view = useStudio((state) => state.session.view);
  const tasks = useStudio((state) => state.service.openTasks);
  return (
    <nav className="rail" aria-label={words().shell.places}>
      {PLACES.map(({ view: to, Icon }) => (
        <button
          key={to}
          type="button"
          className="rail-item"
          data-view={to}
          aria-current={view === to ? 'page' : undefined}
          onClick={() => go(to)}
        >
          <Icon size={18} strokeWidth={1.75} aria-hidden />
          <span>{words().shell.views[to]}</span>
          {to === 'tasks' && tasks > 0 ? (
            <span className="rail-count" title={words().shell.openTasks(tasks)}>
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
            <span>{words().shell.more}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {MORE.map(({ view: to, Icon }) => (
            <Menu.Item key={to} leftSection={<Icon size={14} aria-hidden />} onClick={() => go(to)}>
              {words().shell.views[to]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}
