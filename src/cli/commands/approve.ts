import { Argument } from 'commander';
import type { Command } from 'commander';
import { type Approval, APPROVALS } from '../../plan/model.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { durationArgument, existingPlan, planName } from './arguments.ts';

interface ApproveOptions extends TableOptions {
  reason: string;
  services?: string[];
  expires?: number;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .addArgument(new Argument('<approval>', 'what is approved').choices(APPROVALS))
    .option('--reason <text>', 'why; kept on the record', '')
    .option(
      '--services <names>',
      'services that may be retired without evidence, or are cut over, joined by commas',
      servicesOf,
    )
    .option('--expires <duration>', 'after that it opens nothing any more (default: it does not end)', durationArgument)
    .action((text: string, approval: Approval, options: ApproveOptions) =>
      withConnection(cli, options, async (connection) => {
        const name = planName(text);
        const now = cli.clock().now();
        const view = await existingPlan(connection, name, now);
        await connection.writer.approve(name, approval, {
          by: cli.user(),
          at: now,
          why: options.reason,
          recordVersion: view.status?.version ?? 0,
          ...(options.services === undefined ? {} : { services: options.services }),
          ...(options.expires === undefined ? {} : { expiresAt: now + options.expires }),
        });
        cli.out(`plan/${name} ${approval} approved`);
      }),
    );
}

const servicesOf = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
