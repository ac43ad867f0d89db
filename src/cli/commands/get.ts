import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { EXIT, UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';
import { eventObject, planObject, readPlans } from '../planView.ts';
import { eventsTable, plansTable } from '../screens/plans.ts';
import { existingPlan, planName } from './arguments.ts';

interface GetOptions extends TableOptions {
  output?: 'json' | 'yaml' | 'wide';
  limit?: string;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .addArgument(new Argument('<kind>', 'plans, or events of a plan').choices(['plans', 'plan', 'events', 'event']))
    .argument('[name]', 'name of a plan')
    .addOption(new Option('-o, --output <form>', 'another form').choices(['json', 'yaml', 'wide']))
    .option('--limit <count>', 'get events: only the last ones')
    .action((kind: string, name: string | undefined, options: GetOptions) =>
      withConnection(cli, options, async (connection) => {
        const text = kind.startsWith('event')
          ? await events(cli, connection, name, options)
          : await plans(cli, connection, name, options);
        cli.out(text);
      }),
    );
}

async function plans(cli: Cli, connection: Connection, name: string | undefined, options: GetOptions): Promise<string> {
  const now = cli.clock().now();
  if (name !== undefined) {
    const view = await existingPlan(connection, planName(name), now);
    return formatted(options, planObject(view), () => plansTable([view], options.output === 'wide'));
  }
  const { views, unreadable } = await readPlans(connection.reader, now);
  for (const { message } of unreadable) cli.err(`Error: ${message}`);
  if (unreadable.length > 0) cli.exitCode = EXIT.error;
  return formatted(options, listOf(views.map(planObject)), () =>
    views.length === 0 && unreadable.length === 0
      ? [`No plans in ${connection.where}.`]
      : plansTable(views, options.output === 'wide'),
  );
}

async function events(
  cli: Cli,
  connection: Connection,
  name: string | undefined,
  options: GetOptions,
): Promise<string> {
  if (name === undefined) throw new UsageError('get events needs the name of a plan: meshlift get events NAME');
  const limit = options.limit === undefined ? undefined : Number(options.limit);
  if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) {
    throw new UsageError(`--limit must be a whole number from 1, is "${options.limit}"`);
  }
  const found = await connection.reader.events(planName(name), limit);
  // Events outlive their plan; only a plan that has neither is not known.
  if (found.length === 0) await existingPlan(connection, planName(name), cli.clock().now());
  return formatted(options, listOf(found.map(eventObject)), () =>
    found.length === 0 ? [`No events of plan/${planName(name)} yet.`] : eventsTable(found, cli.clock().now()),
  );
}

const listOf = (items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items });

function formatted({ output }: GetOptions, object: object, lines: () => string[]): string {
  if (output === 'json') return JSON.stringify(object, null, 2);
  if (output === 'yaml') return stringify(object, { aliasDuplicateObjects: false }).trimEnd();
  return lines().join('\n');
}
