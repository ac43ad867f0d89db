import { Option } from 'commander';
import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { explainPlan, explanationObject } from '../screens/explain.ts';
import { existingPlan, planName } from './arguments.ts';

interface ExplainOptions extends TableOptions {
  output?: 'json' | 'yaml';
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .argument('<name>', 'name of the plan')
    .addOption(new Option('-o, --output <form>', 'another form').choices(['json', 'yaml']))
    .action((name: string, options: ExplainOptions) =>
      withConnection(cli, options, async (connection) => {
        const view = await existingPlan(connection, planName(name), cli.clock().now());
        switch (options.output) {
          case 'json':
            cli.out(JSON.stringify(explanationObject(view), null, 2));
            break;
          case 'yaml':
            cli.out((await import('yaml')).stringify(explanationObject(view), { lineWidth: 0 }).trimEnd());
            break;
          case undefined:
            cli.out(explainPlan(view).join('\n'));
        }
      }),
    );
}
