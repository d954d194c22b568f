import { shell, tabs, status, create } from './english/shell.ts';
import { canvas, palette, effect, unsafe, quickAdd, connect, wire } from './english/canvas.ts';
import { commands } from './english/commands.ts';
import { did, document } from './english/document.ts';
import { inspector, units, types, flow, stepCase, instead } from './english/inspector.ts';
import { fold, problems, cases, coverage, fallback } from './english/fold.ts';
import { sandbox, story, runs, startCase, again } from './english/cases.ts';
import { real } from './english/real.ts';
import { replay } from './english/replay.ts';
import { making } from './english/making.ts';
import { tasks } from './english/tasks.ts';
import { queue } from './english/queue.ts';
import { releases, exporting } from './english/releases.ts';
import { models } from './english/models.ts';
import { connections } from './english/connections.ts';
import { durations } from './english/durations.ts';
import { errors } from './english/errors.ts';
import { editor } from './english/editor.ts';
import { table } from './english/table.ts';
import { sheets } from './english/sheets.ts';
import { dmn } from './english/dmn.ts';
import { versions } from './english/versions.ts';
import { policy } from './english/policy.ts';
import { record } from './english/record.ts';
import { settings } from './english/settings.ts';
import { renames } from './english/renames.ts';
import { repairs } from './english/repairs.ts';
import { values } from './english/values.ts';
import { exportAsks, newFlow, start, tour } from './english/start.ts';

/** Every text of the window in English, by area; its type is what any other language has to say. */
export const english = {
  shell,
  tabs,
  status,
  create,
  canvas,
  palette,
  effect,
  unsafe,
  quickAdd,
  connect,
  wire,
  commands,
  did,
  document,
  inspector,
  units,
  types,
  flow,
  stepCase,
  instead,
  fold,
  problems,
  cases,
  coverage,
  fallback,
  sandbox,
  story,
  runs,
  real,
  replay,
  startCase,
  again,
  making,
  tasks,
  queue,
  releases,
  exporting,
  models,
  connections,
  durations,
  errors,
  editor,
  table,
  sheets,
  dmn,
  versions,
  policy,
  record,
  settings,
  renames,
  repairs,
  values,
  start,
  newFlow,
  exportAsks,
  tour,
};
