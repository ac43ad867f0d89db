import { Argument } from 'commander';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { describePlan } from '../screens/describe.ts';
import { existingPlan, planName } from './arguments.ts';

/** How many events the screen shows. */
export const EVENTS_SHOWN = 10;

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .addArgument(new Argument('<kind>', 'plan').choices(['plan']))
    .argument('<name>', 'name of the plan')
    .action((_kind: string, name: string, options: TableOptions) =>
      withConnection(cli, options, async (connection) => {
        const view = await existingPlan(connection, planName(name), cli.clock().now());
        const events = await connection.reader.events(planName(name));
        cli.out(describePlan(view, events.slice(-EVENTS_SHOWN), events.length).join('\n'));
      }),
    );
}
