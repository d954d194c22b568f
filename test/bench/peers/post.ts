import { request, type Agent } from 'node:http';

/** Posts JSON and gives the answer's text. Rejects when the status is not 200. */
export const post = (url: string, agent: Agent, body: string, more: Record<string, string> = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...more };
    const asked = request(url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`status ${String(answer.statusCode)}: ${text}`)),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
