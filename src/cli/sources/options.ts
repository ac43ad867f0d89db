import { createHash, randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import type { EstateExport } from '../../estate/export.ts';
import { meshOwners } from '../../estate/chosenMesh.ts';
import { SourceError, type SourceReading } from '../../estate/sources/reading.ts';
import { readTogether, type SourceFile, type Together } from '../../estate/sources/together.ts';
import { byText, lastPart } from '../../estate/order.ts';
import { type Cli, UsageError } from '../cli.ts';

/** Where an estate is read from: on every verb that looks at one without a plan. */
export interface SourceOptions {
  from: string[];
  live?: boolean;
  cluster?: string;
  mesh?: string;
  parameters: string[];
  region?: string;
  endpointUrl?: string;
}

/** An estate as one export, without its secrets, and the cluster and the mesh that it is about. */
export interface ReadSources extends Together {
  cluster: string;
  mesh: string;
}

/** Enough for the state of a large company, and little enough to be held in memory several times over. */
const FILE_BYTES_MAX = 50_000_000;

export const collect = (value: string, before: string[]): string[] => [...before, value];

export const withSources = (command: Command): Command =>
  command
    .option(
      '--from <file>',
      'an export, Terraform state, CloudFormation template, Kubernetes manifests or task definitions; repeatable',
      collect,
      [],
    )
    .option('--live', 'ask AWS as well, where --from is given')
    .option('--cluster <name>', 'ECS cluster, name or ARN (default: the only one that there is)')
    .option(
      '--mesh <name>',
      'App Mesh mesh, name@owner for one that another account shares under the same name (default: the only one that there is)',
    )
    .option('--parameters <file|name=value>', 'of CloudFormation templates; repeatable', collect, [])
    .option('--region <region>', 'AWS region (AWS_REGION, or the profile)')
    .option('--endpoint-url <url>', 'another endpoint for AWS, e.g. the lab (AWS_ENDPOINT_URL)');

/** A short hash, worth nothing to whoever looks for the value without the salt. */
export const saltedHash = (salt: string, value: string): string =>
  createHash('sha256').update(`${salt}\n${value}`).digest('hex').slice(0, 8);

export const newSalt = (): string => randomBytes(16).toString('hex');

/**
 * Reads the files, and AWS where it is to be asked: without `--from`, or with `--live`.
 *
 * @throws UsageError and SourceError with the file and the place in it; nothing is read then
 */
export async function readSources(cli: Cli, options: SourceOptions): Promise<ReadSources> {
  const files = await Promise.all(options.from.map((path) => readFile(cli, path)));
  const parameters = await parametersOf(cli, options.parameters);
  const asksLive = files.length === 0 || options.live === true;
  const live: SourceReading | undefined = asksLive
    ? await (await import('./live.ts')).readLive(cli, options)
    : undefined;
  const together = readTogether(files, {
    ...(live === undefined ? {} : { live }),
    cluster: options.cluster,
    region: options.region ?? cli.environment['AWS_REGION'],
    parameters,
    hash: saltedHash,
    salt: newSalt(),
  });
  if (Object.keys(parameters).length > 0 && together.readings.every((one) => one.source !== 'cloudFormation')) {
    throw new UsageError('--parameters belongs to CloudFormation templates, and none was given');
  }
  return { ...together, ...chosen(together.exported, options) };
}

/** A text file. `-` is standard input. */
async function readFile(cli: Cli, path: string): Promise<SourceFile> {
  if (path === '-') return { where: '<stdin>', text: await cli.readStdin() };
  const bytes = await cli.readBytes(path, FILE_BYTES_MAX);
  try {
    return { where: path, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    throw new SourceError(path, '', 'this is a binary file, or no UTF-8 text');
  }
}

/** `name=value`, or a file as `aws cloudformation deploy` and `create-stack` take it. */
async function parametersOf(cli: Cli, given: readonly string[]): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const one of given) {
    const [, name, value] = /^([A-Za-z0-9]+)=(.*)$/s.exec(one) ?? [];
    if (name !== undefined) found[name] = value ?? '';
    else Object.assign(found, parametersIn(await readFile(cli, one)));
  }
  return found;
}

function parametersIn({ where, text }: SourceFile): Record<string, string> {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new UsageError(`${where}: parameters are read as JSON, and this is none`);
  }
  const within = typeof read === 'object' && read !== null && 'Parameters' in read ? read.Parameters : read;
  const entries: [unknown, unknown][] = Array.isArray(within)
    ? within.map((one: { ParameterKey?: unknown; ParameterValue?: unknown } | null) => [
        one?.ParameterKey,
        one?.ParameterValue,
      ])
    : Object.entries(typeof within === 'object' && within !== null ? within : {});
  return Object.fromEntries(
    entries.map(([name, value]) => {
      const isPlain = ['string', 'number', 'boolean'].includes(typeof value);
      if (typeof name !== 'string' || !isPlain) {
        throw new UsageError(`${where}: each parameter needs a name and a value: {"Name": "value"}, or AWS's own form`);
      }
      return [name, String(value)];
    }),
  );
}

const sorted = (names: (string | undefined)[]): string[] =>
  [...new Set(names.flatMap((name) => (name === undefined || name === '' ? [] : [name])))].sort(byText);

function namesOf(exported: EstateExport): { clusters: string[]; meshes: string[] } {
  const { ecs, appMesh } = exported;
  const meshOf = /(?:^|:)mesh\/([^/@]+)(?:@\d{12})?\/virtual(?:Node|Gateway)\//;
  const environment = ecs.taskDefinitions.flatMap(({ taskDefinition }) =>
    (taskDefinition.containerDefinitions ?? []).flatMap((container) => container.environment ?? []),
  );
  const told = sorted([
    ...appMesh.meshes.map((one) => one.meshName),
    ...appMesh.virtualNodes.map((one) => one.meshName),
    ...appMesh.virtualServices.map((one) => one.meshName),
  ]);
  return {
    clusters: sorted([
      ...ecs.clusters.map((one) => one.clusterName),
      ...ecs.services.map((one) => (one.clusterArn === undefined ? undefined : lastPart(one.clusterArn))),
    ]),
    // With App Mesh gone the tasks themselves still say which mesh they run in.
    meshes: (told.length > 0 ? told : sorted(environment.map((one) => meshOf.exec(one.value ?? '')?.[1]))).flatMap(
      (name) => withOwners(exported, name),
    ),
  };
}

/** The meshes of one name: by the name alone the only one, or the account's own; the others by `name@owner`. */
function withOwners(exported: EstateExport, name: string): string[] {
  const owners = meshOwners(exported, name);
  if (owners.length < 2) return [name];
  return owners.map((owner) => (owner === exported.caller.account ? name : `${name}@${owner}`));
}

/** Cluster and mesh as given, else the only ones that there are. */
function chosen(exported: EstateExport, options: SourceOptions): { cluster: string; mesh: string } {
  const { clusters, meshes } = namesOf(exported);
  const namesakes = meshes.filter((one) => one.startsWith(`${options.mesh}@`));
  if (options.mesh !== undefined && namesakes.length > 1 && !meshes.includes(options.mesh)) only('mesh', namesakes);
  return {
    cluster: options.cluster ?? only('cluster', clusters),
    mesh: options.mesh ?? only('mesh', meshes),
  };
}

function only(what: 'cluster' | 'mesh', names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) {
    // Manifests of Kubernetes tell of no ECS cluster.
    if (what === 'cluster') return '';
    throw new UsageError(`the sources tell of no mesh, and no task says which one it runs in: name it with --mesh`);
  }
  if (others.length > 0) throw new UsageError(`there are several: say which with --${what}: ${names.join(', ')}`);
  return first;
}
