import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { EXIT, UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withConnection, withTable } from '../connection.ts';
import type { Connection, TableOptions } from '../connection.ts';
import { eventObject, planObject, readPlans } from '../planView.ts';
import { operatorObject, operatorsTable, operatorView } from '../screens/operators.ts';
import { eventsTable, plansTable } from '../screens/plans.ts';
import { oneLine } from '../screens/words.ts';
import { existingPlan, planName } from './arguments.ts';

interface GetOptions extends TableOptions {
  output?: 'json' | 'yaml' | 'wide';
  limit?: string;
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .addArgument(
      new Argument('<kind>', 'plans, events of a plan, or operators').choices([
        'plans',
        'plan',
        'events',
        'event',
        'operators',
        'operator',
      ]),
    )
    .argument('[name]', 'name of a plan, or of an operator')
    .addOption(new Option('-o, --output <form>', 'another form').choices(['json', 'yaml', 'wide']))
    .option('--limit <count>', 'get events: only the last ones')
    .action((kind: string, name: string | undefined, options: GetOptions) =>
      withConnection(cli, options, async (connection) => {
        const list = kind.startsWith('event') ? events : kind.startsWith('operator') ? operators : plans;
        cli.out(await list(cli, connection, name, options));
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
  for (const { message } of unreadable) cli.err(`Error: ${oneLine(message)}`);
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

async function operators(
  cli: Cli,
  connection: Connection,
  name: string | undefined,
  options: GetOptions,
): Promise<string> {
  const clock = cli.clock();
  const now = clock.now();
  const views = (await connection.operators(now))
    .filter((record) => name === undefined || record.name === name)
    .map((record) => operatorView(record, now, (ms) => clock.realMs(ms)));
  if (name === undefined) {
    return formatted(options, listOf(views.map(operatorObject)), () =>
      views.length === 0 ? [`No operators in ${connection.where}.`] : operatorsTable(views, options.output === 'wide'),
    );
  }
  const [view] = views;
  if (view === undefined) {
    throw new UsageError(`operator "${name}" not found in ${connection.where}; see: meshlift get operators`);
  }
  return formatted(options, operatorObject(view), () => operatorsTable([view], options.output === 'wide'));
}

const listOf = (items: readonly object[]): object => ({ apiVersion: 'v1', kind: 'List', items });

function formatted({ output }: GetOptions, object: object, lines: () => string[]): string {
  if (output === 'json') return JSON.stringify(object, null, 2);
  if (output === 'yaml') return stringify(object, { aliasDuplicateObjects: false }).trimEnd();
  return lines().join('\n');
}
