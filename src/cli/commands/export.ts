import type { Command } from 'commander';
import type { EstateExport } from '../../estate/export.ts';
import { knownNames, reducedExport } from '../../estate/secrets/reduced.ts';
import { EXPORT_VERSION, type ExportFile } from '../../estate/sources/export/file.ts';
import type { Cli } from '../cli.ts';
import { table } from '../screens/table.ts';
import { oneLine } from '../screens/words.ts';
import { collect, newSalt, saltedHash } from '../sources/options.ts';

interface ExportOptions {
  cluster: string[];
  mesh: string[];
  output?: string;
  includeEnvironment?: boolean;
  region?: string;
  endpointUrl?: string;
}

export function register(command: Command, cli: Cli): void {
  command
    .option('--cluster <name>', 'ECS cluster, name or ARN; repeatable (default: all)', collect, [])
    .option(
      '--mesh <name>',
      'App Mesh mesh; repeatable (default: all, with those shared with this account)',
      collect,
      [],
    )
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .option(
      '--include-environment',
      'keep values of environment variables, command lines and the like, secrets included',
    )
    .option('--region <region>', 'AWS region (AWS_REGION, or the profile)')
    .option('--endpoint-url <url>', 'another endpoint for AWS, e.g. the lab (AWS_ENDPOINT_URL)')
    .addHelpText(
      'after',
      `
Reads App Mesh, ECS, Cloud Map, load balancers, Application Auto Scaling, the CloudWatch alarms that name any of it, free addresses
and quotas, and changes nothing. Values of environment variables are reduced to host names and a hash. What could not be read is
said, and stands in the file.`,
    )
    .action((options: ExportOptions) => run(cli, options));
}

async function run(cli: Cli, options: ExportOptions): Promise<void> {
  const { takeLive } = await import('../sources/live.ts');
  const { cluster: clusters, mesh: meshes, region, endpointUrl } = options;
  const exported = await takeLive(cli, { clusters, meshes, region, endpointUrl });
  const file = asFile(exported, options.includeEnvironment === true);
  const text = `${JSON.stringify(file, null, 2)}\n`;
  if (options.output === undefined) cli.out(text.trimEnd());
  else await cli.writeFile(options.output, text);
  // Standard output is the export itself where no file is named.
  const say = options.output === undefined ? cli.err : cli.out;
  for (const line of summary(exported, options)) say(line);
}

function asFile(exported: EstateExport, includes: boolean): ExportFile {
  if (includes) return { format: EXPORT_VERSION, environment: { form: 'included' }, ...exported };
  const salt = newSalt();
  const reduced = reducedExport(exported, knownNames([exported]), (value) => saltedHash(salt, value));
  return { format: EXPORT_VERSION, environment: { form: 'reduced', salt }, ...reduced };
}

function summary(exported: EstateExport, options: ExportOptions): string[] {
  const { appMesh, ecs, elbv2, serviceDiscovery, cloudWatch, caller, appMeshAnswer, errors } = exported;
  const counts: [string, number][] = [
    ['clusters', ecs.clusters.length],
    ['services', ecs.services.length],
    ['task definitions', ecs.taskDefinitions.length],
    ...(ecs.tasks === undefined ? [] : [['tasks without a service', ecs.tasks.length] satisfies [string, number]]),
    ['meshes', appMesh.meshes.length],
    ['virtual nodes', appMesh.virtualNodes.length],
    ['virtual services', appMesh.virtualServices.length],
    ['routes', appMesh.routes.length + appMesh.gatewayRoutes.length],
    ['Cloud Map services', serviceDiscovery.services.length],
    ['listener rules', elbv2.rules.length],
    ['alarms', (cloudWatch?.metricAlarms.length ?? 0) + (cloudWatch?.compositeAlarms.length ?? 0)],
  ];
  const { output } = options;
  return [
    `${output ?? 'standard output'}: account ${caller.account} in ${caller.region}, ${exported.takenAt ?? ''}`,
    ...table(
      counts.map(([name, count]) => [String(count).padStart(6), name]),
      { gap: 1 },
    ),
    ...(options.includeEnvironment === true
      ? [
          'Values of environment variables and command lines are in it in clear, secrets included: keep it as you keep those.',
        ]
      : ['Values of environment variables are reduced to host names and a hash (--include-environment keeps them).']),
    ...(appMeshAnswer === undefined || appMeshAnswer.state === 'read'
      ? []
      : [
          `App Mesh is not in it. ${oneLine(appMeshAnswer.why)}`,
          'Names and calls can be guessed from task definitions and Cloud Map, or read from Terraform state, a CloudFormation template',
          'or an older export: meshlift assess --from <each of the files>.',
        ]),
    ...(errors.length === 0
      ? []
      : [`${errors.length} ${errors.length === 1 ? 'call' : 'calls'} failed; what they would have told is missing:`]),
    ...errors.map(({ call, subject, code, message }) =>
      oneLine(`  ${call}${subject === undefined ? '' : ` ${subject}`}: ${code}: ${message}`),
    ),
    ...(output === undefined ? [] : [`Next: meshlift assess --from ${output}`]),
  ];
}
