import { z } from '../../engine/flow/zod.ts';
import { text } from '../form.ts';
import type { KindConfig } from '../kind.ts';

export const noteSchema = z.strictObject({
  text: text(
    {
      label: 'Text',
      help: 'For people; it takes no part in cases.',
      example: 'Why we ask twice here.',
      widget: 'long text',
    },
    4000,
  ),
});
export type NoteConfig = z.infer<typeof noteSchema>;

/** A remark on the canvas; outside the program and its digest. */
export const note: KindConfig<NoteConfig> = {
  kind: 'note',
  label: 'Note',
  summary: 'A remark for those who read the flow. It does nothing.',
  hue: 'slate',
  icon: 'sticky-note',
  schema: noteSchema,
  initial: () => ({ text: '' }),
  hasInput: false,
  inProgram: false,
  ports: () => [],
  analyse: () => ({ reads: [], writes: null, problems: [] }),
  rename: (config) => config,
  sentence: (config) => config.text,
  influence: 'none',
  migrations: [],
};
