import { CANVAS_COMMANDS, EDIT_COMMANDS, STEP_COMMANDS } from '../canvas/commands.ts';
import {
  ARRANGE_COMMANDS,
  CLIP_COMMANDS,
  GROUP_COMMANDS,
  MORE_STEP_COMMANDS,
  SEE_COMMANDS,
} from '../canvas/more-commands.ts';
import { RECORD_COMMANDS } from './record-commands.ts';
import { REAL_COMMANDS } from '../real/commands.ts';
import { REPLAY_COMMANDS } from '../replay/commands.ts';
import { START_COMMANDS } from '../start/commands.ts';
import { TABLE_COMMANDS } from '../table/commands.ts';
import { VERSION_COMMANDS } from '../versions/commands.ts';
import { registerCommands } from './registry.ts';
import { FLOW_COMMANDS, GO_COMMANDS, TEST_COMMANDS, WINDOW_COMMANDS } from './window-commands.ts';

/** The one list of the studio's commands, in the order of the palette: a room that has some adds its own here. */
registerCommands([
  ...FLOW_COMMANDS,
  ...EDIT_COMMANDS,
  ...CLIP_COMMANDS,
  ...STEP_COMMANDS,
  ...MORE_STEP_COMMANDS,
  ...GROUP_COMMANDS,
  ...CANVAS_COMMANDS,
  ...SEE_COMMANDS,
  ...ARRANGE_COMMANDS,
  ...TEST_COMMANDS,
  ...REAL_COMMANDS,
  ...REPLAY_COMMANDS,
  ...TABLE_COMMANDS,
  ...RECORD_COMMANDS,
  ...GO_COMMANDS,
  ...WINDOW_COMMANDS,
  ...VERSION_COMMANDS,
  ...START_COMMANDS,
]);
