import type { Command } from 'commander';
import { draftPlan } from '../../assess/draftPlan.ts';
import { pointsAt } from '../../assess/entries.ts';
import { relevantAlarms, type RelevantAlarms } from '../../assess/relevantAlarms.ts';
import { loadBalancerDimension } from '../../aws/arns.ts';
import { readEstate } from '../../estate/fromExport.ts';
import type { Estate } from '../../estate/model.ts';
import { lastPart } from '../../estate/order.ts';
import { EXIT, type Cli } from '../cli.ts';
import { oneLine } from '../screens/words.ts';
import { collect, readSources, type SourceOptions, withSources } from '../sources/options.ts';

interface InitOptions extends SourceOptions {
  entry: string[];
  name?: string;
}

export function register(command: Command, cli: Cli): void {
  withSources(command)
    .requiredOption('--entry <service>', 'a service where traffic comes in; repeatable', collect, [])
    .option('--name <name>', "name of the plan (default: the first entry's)")
    .addHelpText(
      'after',
      `
Writes a plan to standard output. What a person has to agree to or decide stands in it as a comment; what no plan can
settle is said on standard error, with exit code 3. Where only comments are open the exit code is 2.

  meshlift init --cluster shop --mesh shop --entry frontend > plan.yaml`,
    )
    .action((options: InitOptions) => init(cli, options));
}

async function init(cli: Cli, options: InitOptions): Promise<void> {
  const { exported, cluster, mesh } = await readSources(cli, options);
  const estate = readEstate(exported, cluster, mesh);
  const asksLive = options.from.length === 0 || options.live === true;
  const draft = draftPlan(estate, {
    name: options.name ?? labelOf(options.entry[0] ?? ''),
    cluster: estate.cluster.name,
    mesh,
    entries: [...new Set(options.entry)],
    alarms: asksLive ? await alarmsOf(cli, options, estate) : undefined,
  });
  cli.out(draft.text.trimEnd());
  for (const obstacle of draft.obstacles) cli.err(oneLine(`The plan would be refused: ${obstacle}`));
  if (draft.open > 0) {
    const things = draft.open === 1 ? '1 thing is' : `${draft.open} things are`;
    cli.err(`${things} left to agree to, decide or fill in: see the comments.`);
  }
  if (draft.obstacles.length > 0) cli.exitCode = EXIT.blocked;
  else if (draft.open > 0) cli.exitCode = EXIT.needsDecisions;
}

const silent = (): void => {};

const labelOf = (service: string): string =>
  service
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '') || 'plan';

/** The alarms on the load balancers through which the entries are reached. */
async function alarmsOf(cli: Cli, { entry, endpointUrl }: InitOptions, estate: Estate): Promise<RelevantAlarms> {
  const [{ Budget }, { createClients }, { readEveryAlarm }] = await Promise.all([
    import('../../aws/budget.ts'),
    import('../../aws/clients.ts'),
    import('../../aws/inventory/alarms.ts'),
  ]);
  const clients = createClients({
    region: estate.caller.region,
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    log: { info: silent, warn: silent, error: silent, debug: silent },
    budget: new Budget(),
  });
  try {
    const services = estate.services.filter(({ name }) => entry.includes(name));
    const places = services.flatMap(({ targetGroups }) =>
      targetGroups.flatMap(({ targetGroup }) => pointsAt(estate, targetGroup.TargetGroupArn ?? '')),
    );
    const names = estate.services.map(({ name }) => lastPart(name));
    return relevantAlarms(await readEveryAlarm(clients), [...new Set(places.map(loadBalancerDimension))], names);
  } finally {
    clients.destroy();
  }
}
