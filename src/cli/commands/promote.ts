import type { Command } from 'commander';
import { UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { existingPlan, planName } from './arguments.ts';

interface PromoteOptions extends TableOptions {
  reason: string;
  force?: boolean;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .option('--reason <text>', 'why; kept on the record', '')
    .option('--force', 'past every gate but the alarms and the capacity of both sides')
    .action((text: string, options: PromoteOptions) =>
      withConnection(cli, options, async (connection) => {
        const name = planName(text);
        const now = cli.clock().now();
        const { status } = await existingPlan(connection, name, now);
        const machine = status?.status.machine;
        if (status === undefined || (machine?.value !== 'ramp.bake' && machine?.value !== 'soak')) {
          const where = machine === undefined ? 'no operator has seen it yet' : `it is in ${machine.value}`;
          throw new UsageError(
            `plan "${name}" neither bakes nor soaks, so there is nothing to end: ${where}. Nothing was written`,
          );
        }
        await connection.writer.promote(name, {
          by: cli.user(),
          at: now,
          why: options.reason,
          forced: options.force === true,
          state: machine.value,
          step: machine.context.step,
          enteredAt: machine.context.enteredAt,
          recordVersion: status.version,
        });
        const step = status.status.spec?.ramp.steps[machine.context.step];
        const weight = machine.context.adoptedWeight ?? step?.weight ?? 0;
        const what = machine.value === 'soak' ? 'end of the soak' : `end of the bake of ${weight} %`;
        cli.out(`plan/${name} ${what} requested${options.force === true ? ', by force' : ''}`);
      }),
    );
}
