import { KINDS } from '../nodes/index.ts';
import { startAnswering } from './checks/answer.ts';
import type { CheckOrder } from './checks/answer.ts';

const answer = startAnswering(KINDS);
self.addEventListener('message', (event: MessageEvent<CheckOrder>) => self.postMessage(answer(event.data), {}));
