import { Option } from 'commander';
import type { Command } from 'commander';
import { EXIT } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { freezeOf } from '../freeze.ts';
import { readPlans } from '../planView.ts';

interface CheckOptions extends TableOptions {
  service: string;
  cluster?: string;
  output?: 'json';
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .requiredOption('--service <name>', 'the ECS service that is to be deployed to')
    .option('--cluster <name>', 'its ECS cluster (default: a service of that name in any cluster)')
    .addOption(new Option('-o, --output <form>', 'another form').choices(['json']))
    .addHelpText(
      'after',
      `
Exit code 0: no plan forbids a deployment to the service. 7: a plan does. 1: that could not be found out, which is not 0.

  meshlift check --cluster shop --service frontend && aws ecs update-service …`,
    )
    .action((options: CheckOptions) => check(cli, options));
}

async function check(cli: Cli, options: CheckOptions): Promise<void> {
  const { service, cluster } = options;
  await withConnection(cli, options, async ({ reader, where }) => {
    const { views, unreadable } = await readPlans(reader, cli.clock().now());
    const freezes = views.flatMap((view) => freezeOf(view, service, cluster) ?? []);
    for (const { message } of unreadable) cli.err(`Error: ${message}`);
    if (freezes.length > 0) cli.exitCode = EXIT.frozen;
    // What a record that cannot be read would forbid is not known.
    else if (unreadable.length > 0) cli.exitCode = EXIT.error;
    const isFree = cli.exitCode === EXIT.ok;
    if (options.output === 'json') {
      const state = freezes.length > 0 ? 'frozen' : isFree ? 'free' : 'unknown';
      cli.out(JSON.stringify({ service, cluster: cluster ?? null, state, freezes }, undefined, 2));
      return;
    }
    for (const { plan, state, why, until } of freezes) {
      cli.out(`service/${service} is frozen by plan/${plan} (${state}) until ${until}: ${why}.`);
    }
    if (isFree) cli.out(`service/${service} is free to deploy: no plan in ${where} forbids it.`);
  });
}
