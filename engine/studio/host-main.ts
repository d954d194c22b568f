import { toErrorShape } from '../flow/error.ts';
import { startBrowserHost } from './browser-host.ts';
import { browserHost } from './host.ts';
import { hostOrderSchema, type HostNews, type HostOrder } from './host-message.ts';
import { realWorkspace } from './real-workspace.ts';
import { createStudioService } from './service.ts';

/** The process of the browser host: opens a workspace at the word of the process that started it, and ends with it. */

let close: () => Promise<void> = () => Promise.resolve();

const tell = (news: HostNews): void => void process.send?.(news);

async function open(order: Extract<HostOrder, { message: 'open' }>): Promise<void> {
  const { workspace, renderer, version, person, port, session } = order;
  const service = createStudioService({
    root: realWorkspace(workspace),
    host: browserHost(process.env),
    version,
    person,
  });
  try {
    const host = await startBrowserHost({ service, renderer, port, session });
    close = () => host.close().then(() => service.close());
    tell({ message: 'ready', port: host.port, link: host.newLink() });
  } catch (error) {
    await service.close();
    throw error;
  }
}

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await close();
  process.exit(0);
}

process.on('message', (raw) => {
  const order = hostOrderSchema.parse(raw);
  if (order.message === 'close') return void end();
  open(order).catch((error: unknown) => {
    tell({ message: 'refused', error: toErrorShape(error) });
    process.disconnect();
  });
});
process.on('disconnect', () => void end());
// Ctrl+C reaches every process of the terminal; this one waits for the word of the one that started it.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void end());
