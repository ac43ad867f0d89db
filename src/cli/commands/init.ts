import type { Command } from 'commander';
import { draftPlan } from '../../assess/draftPlan.ts';
import { entryArnsOf } from '../../assess/entries.ts';
import { relevantAlarms, type RelevantAlarms } from '../../assess/relevantAlarms.ts';
import { planName } from '../../assess/report/proposals.ts';
import { loadBalancerDimension } from '../../aws/arns.ts';
import type { EstateExport } from '../../estate/export.ts';
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
  const draft = draftPlan(estate, {
    name: options.name ?? planName(options.entry[0] ?? ''),
    cluster: estate.cluster.name,
    mesh: estate.mesh.name,
    entries: [...new Set(options.entry)],
    alarms: alarmsOf(options, estate),
  });
  cli.out(draft.text.trimEnd());
  for (const { code, message } of unreadAlarms(estate)) {
    cli.err(oneLine(`CloudWatch alarms could not be read, so the plan names none: ${code}: ${message}`));
  }
  for (const obstacle of draft.obstacles) cli.err(oneLine(`The plan would be refused: ${obstacle}`));
  if (draft.open > 0) {
    const things = draft.open === 1 ? '1 thing is' : `${draft.open} things are`;
    cli.err(`${things} left to agree to, decide or fill in: see the comments.`);
  }
  if (draft.obstacles.length > 0) cli.exitCode = EXIT.blocked;
  else if (draft.open > 0) cli.exitCode = EXIT.needsDecisions;
}

/** The alarms on the load balancers through which the entries are reached; `undefined` where no source tells of alarms. */
function alarmsOf({ entry }: InitOptions, estate: Estate): RelevantAlarms | undefined {
  if (estate.alarms === undefined) return undefined;
  const places = estate.services.filter(({ name }) => entry.includes(name)).flatMap((one) => entryArnsOf(estate, one));
  const names = estate.services.map(({ name }) => lastPart(name));
  return relevantAlarms(estate.alarms, [...new Set(places.map(loadBalancerDimension))], names);
}

/** Why there are no alarms in a plan although CloudWatch was asked, now or when an export was taken. */
const unreadAlarms = ({ errors }: Estate): EstateExport['errors'] =>
  errors.filter(({ call }) => call === 'cloudwatch:DescribeAlarms');
