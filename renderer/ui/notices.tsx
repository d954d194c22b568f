import { Notifications } from '@mantine/notifications';
import { useStudio } from '../state/store.ts';

/** Of the rest one is told when it is their turn. */
const AT_ONCE = 2;

const BAR_AND_TOOLS = '92px';
/** What a person decides with, below a task. */
const DECISION = '148px';

/** What was done, said for a while at the foot of what is worked on: beside its buttons, and above the lower panel. */
export function Notices() {
  const above = useStudio(({ session, document }) => {
    if (session.view === 'tasks') return DECISION;
    if (session.view !== 'flows' || document === null) return '0px';
    return session.foldOpen ? `min(${session.foldHeight}px + 60px, 60vh)` : BAR_AND_TOOLS;
  });
  return (
    <Notifications
      position="bottom-left"
      autoClose={4000}
      limit={AT_ONCE}
      className="notices"
      style={{ ['--notices-above' as string]: above }}
    />
  );
}
