import { createServer, type ServerResponse } from 'node:http';
import { call, end, shopFlow } from '../../core/testing/flows.ts';

/** The shop: what reached it, and answers that wait to be let go. */
export async function openShop() {
  const seen: { url: string; key: string }[] = [];
  const held: ServerResponse[] = [];
  let atOnce = false;
  const server = createServer((request, response) => {
    request.resume();
    seen.push({ url: request.url ?? '', key: String(request.headers['idempotency-key']) });
    held.push(response);
    if (atOnce) answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<unknown> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const answer = (): void => {
    for (const response of held.splice(0)) response.end('{"refund":"R-1","total":5}');
  };
  const answering = (at: boolean): void => void (atOnce = at);
  return { seen, answer, answering, close, url: `http://127.0.0.1:${port}` };
}

/** Two calls, one after the other; the second begins when the first has come back. */
export const twoCalls = () =>
  shopFlow()
    .node('First', 'connector', call('refund', { timeout: 'PT30S' }))
    .node('Second', 'connector', call('refund', { timeout: 'PT30S' }))
    .node('Done', 'end', end('done'))
    .node('Refused', 'end', end('refused'))
    .edge('Start', 'next', 'First')
    .edge('First', 'done', 'Second')
    .edge('First', 'refused', 'Refused')
    .edge('Second', 'done', 'Done')
    .edge('Second', 'refused', 'Refused')
    .build();
