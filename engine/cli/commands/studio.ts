import type { Command } from 'commander';
import { main as startStudio } from '../../studio/start.ts';
import type { Wiring } from '../command.ts';

interface StudioOptions {
  browser?: boolean;
  port: string;
  open: boolean;
}

export function addStudio(program: Command, wiring: Wiring): void {
  program
    .command('studio')
    .description(
      'Open a workspace in the studio: the desktop app where it can be had, otherwise a browser on this machine.',
    )
    .argument('[workspace]', 'the workspace; the sample when none is named')
    .option('--browser', 'in a browser, even where the desktop app could open')
    .option('--port <number>', 'in a browser, on this port', '0')
    .option('--no-open', 'print the address only')
    .action(async (workspace: string | undefined, options: StudioOptions) => {
      const args = [...(workspace === undefined ? [] : [workspace]), '--port', options.port];
      if (options.browser === true) args.push('--browser');
      if (!options.open) args.push('--no-open');
      wiring.exit.code = await startStudio(args);
    });
}
