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
import { placesFor } from './places.ts';

const ICONS: Readonly<Record<View, LucideIcon>> = {
  start: House,
  flows: Workflow,
  sandbox: FlaskConical,
  tasks: Inbox,
  runs: History,
  record: Landmark,
  releases: ScrollText,
  models: Sparkles,
  connections: Cable,
  policy: ShieldCheck,
  settings: Settings,
};
const go = (view: View) => transit((state) => arranged(state, { view }));

/** The places of the studio; those come first to which whoever sits here mostly goes. */
export function Rail() {
  const view = useStudio((state) => state.session.view);
  const tasks = useStudio((state) => state.service.openTasks);
  const { first, more } = placesFor(useStudio((state) => state.session.role));
  return (
    <nav className="rail" aria-label={words().shell.places}>
      {first.map((to) => (
        <Place key={to} to={to} current={view === to} tasks={to === 'tasks' ? tasks : 0} />
      ))}
      <Menu position="right-end" withinPortal={false} floatingStrategy="fixed" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <button type="button" className="rail-item last" aria-current={more.includes(view) ? 'page' : undefined}>
            <Ellipsis size={18} strokeWidth={1.75} aria-hidden />
            <span>{words().shell.more}</span>
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {more.map((to) => {
            const Icon = ICONS[to];
            return (
              <Menu.Item key={to} leftSection={<Icon size={14} aria-hidden />} onClick={() => go(to)}>
                {words().shell.views[to]}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

function Place({ to, current, tasks }: { to: View; current: boolean; tasks: number }) {
  const Icon = ICONS[to];
  return (
    <button
      type="button"
      className="rail-item"
      data-view={to}
      aria-current={current ? 'page' : undefined}
      onClick={() => go(to)}
    >
      <Icon size={18} strokeWidth={1.75} aria-hidden />
      <span>{words().shell.views[to]}</span>
      {tasks > 0 ? (
        <span className="rail-count" title={words().shell.openTasks(tasks)}>
          {tasks > 99 ? '99+' : tasks}
        </span>
      ) : null}
    </button>
  );
}
