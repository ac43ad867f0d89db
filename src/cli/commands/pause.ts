import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { planName } from './arguments.ts';

export const register = (command: Command, cli: Cli): void =>
  registerPaused(command, cli, { paused: true, done: 'paused', already: 'already paused' });

/** `pause` and `resume` are one verb with two values. */
export function registerPaused(
  command: Command,
  cli: Cli,
  verb: { paused: boolean; done: string; already: string },
): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .action((name: string, options: TableOptions) =>
      withConnection(cli, options, async ({ writer }) => {
        const outcome = await writer.setPaused(planName(name), verb.paused);
        cli.out(`plan/${planName(name)} ${outcome === 'changed' ? verb.done : verb.already}`);
      }),
    );
}
