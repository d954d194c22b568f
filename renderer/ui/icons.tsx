import {
  Box,
  Flag,
  GitFork,
  Hourglass,
  ListTree,
  Merge,
  Play,
  Plug,
  Sigma,
  Sparkles,
  Split,
  Stamp,
  StickyNote,
  Table2,
  UserPen,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import { createElement } from 'react';
import type { Hue } from '../../nodes/kind.ts';

/** The icons that kinds name. A kind of whose icon the studio has no drawing gets a plain box. */
const BY_NAME: ReadonlyMap<string, LucideIcon> = new Map([
  ['sparkles', Sparkles],
  ['split', Split],
  ['git-fork', GitFork],
  ['hourglass', Hourglass],
  ['list-tree', ListTree],
  ['merge', Merge],
  ['stamp', Stamp],
  ['user-pen', UserPen],
  ['plug', Plug],
  ['flag', Flag],
  ['sticky-note', StickyNote],
  ['table-2', Table2],
  ['sigma', Sigma],
  ['play', Play],
  ['workflow', Workflow],
]);

export function KindIcon({ icon, hue, size = 16 }: { icon: string; hue: Hue; size?: number }) {
  const props = { size, strokeWidth: 1.75, color: `var(--${hue})`, 'aria-hidden': true };
  return createElement(BY_NAME.get(icon) ?? Box, props);
}
