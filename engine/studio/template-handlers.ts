import type { Handlers, Room } from './handlers.ts';
import { openTemplate } from './open-template.ts';
import { listTemplates, TEMPLATES } from './templates.ts';

export const templateHandlers = ({
  options: { root, templates = TEMPLATES },
}: Room): Pick<Handlers, 'templates' | 'openTemplate'> => ({
  templates: () => listTemplates(templates),
  openTemplate: ({ name, about }) => openTemplate(root, templates, name, about),
});
