import type { Handlers, Room } from './handlers.ts';
import { openPolicy, savePolicy } from './policy-file.ts';

export const policyHandlers = ({ options: { root }, workspace }: Room): Pick<Handlers, 'policy' | 'savePolicy'> => ({
  policy: () => openPolicy(root),
  savePolicy: (request) => ({ digest: savePolicy(root, request, workspace().surroundings.connections) }),
});
