import { hostname } from 'node:os';
import { Option } from 'commander';
import type { Command } from 'commander';
import { DEFAULT_SETTINGS } from '../../reconciler/settings.ts';
import { UsageError } from '../cli.ts';
import type { Cli } from '../cli.ts';
import { withTable } from '../connection.ts';
import type { TableOptions } from '../connection.ts';
import { durationOption, portArgument } from './arguments.ts';

const FORMS: readonly string[] = ['emf'];

interface OperatorOptions extends TableOptions {
  createTable?: boolean;
  name?: string;
  lease: number;
  callTimeout: number;
  poll: number;
  healthPort?: number;
  healthHost: string;
  logLevel: string;
  metrics?: 'emf';
  allowRole: string[];
  allowRegion: string[];
  allowCluster: string[];
  allowLoadBalancer: string[];
}

export function register(command: Command, cli: Cli): void {
  withTable(command, cli)
    .option('--create-table', 'create the table when it is not there')
    .option('--name <name>', `this operator's name on leases and events (default: ${hostname()}-<random>)`)
    .addOption(
      durationOption('--lease <duration>', 'how long a lease lasts; another operator takes over after that', 30_000),
    )
    .addOption(
      durationOption('--call-timeout <duration>', 'how long one AWS call may take; less than the lease', 10_000),
    )
    .addOption(durationOption('--poll <duration>', 'how often the table is looked at', DEFAULT_SETTINGS.pollRealMs))
    .option('--health-port <port>', 'serve /livez, /readyz, /metrics and /plans', portArgument)
    .option('--health-host <address>', 'on this address', '127.0.0.1')
    .addOption(
      new Option('--log-level <level>', 'what is logged').choices(['debug', 'info', 'warn', 'error']).default('info'),
    )
    .addOption(metricsOption(cli.environment['MESHLIFT_METRICS']))
    .option(
      '--allow-role <arn...>',
      'roles that plans may name in spec.access; * stands for any characters (MESHLIFT_ALLOW_ROLES, with commas)',
      listed(cli, 'MESHLIFT_ALLOW_ROLES', []),
    )
    .option(
      '--allow-region <region...>',
      "Regions besides the operator's own that plans may name (MESHLIFT_ALLOW_REGIONS)",
      listed(cli, 'MESHLIFT_ALLOW_REGIONS', []),
    )
    .option(
      '--allow-cluster <name...>',
      'clusters that plans may name (MESHLIFT_ALLOW_CLUSTERS)',
      listed(cli, 'MESHLIFT_ALLOW_CLUSTERS', ['*']),
    )
    .option(
      '--allow-load-balancer <name...>',
      'load balancers whose rules plans may name (MESHLIFT_ALLOW_LOAD_BALANCERS)',
      listed(cli, 'MESHLIFT_ALLOW_LOAD_BALANCERS', ['*']),
    )
    .action(async (options: OperatorOptions) => {
      const region = options.region ?? cli.environment['AWS_REGION'] ?? cli.environment['AWS_DEFAULT_REGION'];
      if (region === undefined || region === '')
        throw new UsageError('no AWS region: pass --region, or set AWS_REGION');
      if (options.callTimeout >= options.lease) {
        throw new UsageError(
          '--call-timeout must be shorter than --lease: a call must end while the lease still holds',
        );
      }
      const { runOperator } = await import('../operator.ts');
      cli.exitCode = await runOperator({
        table: options.table,
        region,
        createTable: options.createTable === true,
        leaseMs: options.lease,
        callTimeoutMs: options.callTimeout,
        pollMs: options.poll,
        healthHost: options.healthHost,
        logLevel: options.logLevel,
        reach: {
          roles: options.allowRole,
          regions: options.allowRegion,
          clusters: options.allowCluster,
          loadBalancers: options.allowLoadBalancer,
        },
        ...(options.endpointUrl === undefined ? {} : { endpointUrl: options.endpointUrl }),
        ...(options.name === undefined ? {} : { name: options.name }),
        ...(options.healthPort === undefined ? {} : { healthPort: options.healthPort }),
        ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
      });
    });
}

/** What a variable lists, with commas, nothing where it is empty; the default where it is not set. */
function listed({ environment }: Cli, variable: string, otherwise: string[]): string[] {
  const written = environment[variable];
  if (written === undefined) return otherwise;
  return written
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** An empty variable is none: templates of deployments leave one behind. */
function metricsOption(variable = ''): Option {
  const option = new Option(
    '--metrics <form>',
    "tell the metrics in the log too, each minute: emf is CloudWatch's embedded metric format (MESHLIFT_METRICS)",
  ).choices(FORMS);
  if (variable === '') return option;
  if (!FORMS.includes(variable)) throw new UsageError(`MESHLIFT_METRICS is ${variable}: there is ${FORMS.join(', ')}`);
  return option.default(variable);
}
