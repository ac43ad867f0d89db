import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { durationArgument, planName } from './arguments.ts';
import { waitFor } from './wait.ts';

interface DeleteOptions extends TableOptions {
  wait?: boolean;
  timeout?: number;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .option('--wait', 'return when the plan is gone')
    .option('--timeout <duration>', 'with --wait: how long at most, real time', durationArgument)
    .addHelpText('after', '\nThe operator takes the migration back where it is not settled, and then removes the plan.')
    .action((text: string, options: DeleteOptions) =>
      withConnection(cli, options, async (connection) => {
        const name = planName(text);
        const outcome = await connection.writer.requestDelete(name, { by: cli.user(), at: cli.clock().now() });
        cli.out(`plan/${name} ${outcome === 'changed' ? 'deletion requested' : 'deletion already requested'}`);
        if (options.wait !== true) return;
        await waitFor(cli, connection, name, { kind: 'delete' }, options.timeout);
      }),
    );
}
