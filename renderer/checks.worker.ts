import { KINDS } from '../nodes/index.ts';
import { check, type CheckRequest } from './checks/check.ts';

self.addEventListener('message', (event: MessageEvent<CheckRequest>) => self.postMessage(check(event.data, KINDS), {}));
