import type { Command } from 'commander';
import { UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { existingPlan, planName } from './arguments.ts';

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .option('--reason <text>', 'why; kept on the record', '')
    .action((text: string, options: TableOptions & { reason: string }) =>
      withConnection(cli, options, async (connection) => {
        const name = planName(text);
        const now = cli.clock().now();
        const { status } = await existingPlan(connection, name, now);
        const record = status?.status;
        if (record?.machine.value !== 'rolledBack') {
          const where = record === undefined ? 'no operator has seen it yet' : `it is in ${record.machine.value}`;
          throw new UsageError(
            `plan "${name}" was not rolled back, so there is nothing to try again: ${where}. Nothing was written`,
          );
        }
        const { attempt } = record;
        const outcome = await connection.writer.retry(name, { by: cli.user(), at: now, why: options.reason, attempt });
        cli.out(
          outcome === 'changed'
            ? `plan/${name} attempt ${attempt + 1} requested`
            : `plan/${name} attempt ${attempt + 1} already requested`,
        );
      }),
    );
}
