import type { Command } from 'commander';
import { assess } from '../../assess/assess.ts';
import { handOver } from '../../assess/handOver/handOver.ts';
import { buildStack } from '../../assess/stack.ts';
import { UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { existingPlan, planName } from './arguments.ts';

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .action((text: string, options: TableOptions) =>
      withConnection(cli, options, async (connection) => {
        const name = planName(text);
        const { status } = await existingPlan(connection, name, cli.clock().now());
        const record = status?.status;
        const estate = record === undefined ? undefined : await connection.reader.readEstate(name, record.uid);
        if (record === undefined || record.spec === null || estate === undefined) {
          throw new UsageError(
            `plan "${name}" has no estate on its record yet: it is there once the inventory was taken. For an estate without a plan: meshlift assess`,
          );
        }
        const plan = { name, spec: record.spec };
        const texts = handOver(estate, buildStack(plan, estate, assess(plan, estate), record.attempt));
        if (texts.length > 0) cli.out(texts.join('\n\n'));
        else
          cli.out(
            'Nothing of this plan’s blue is seen to be under Terraform or CloudFormation: by no file and by no tag.',
          );
      }),
    );
}
