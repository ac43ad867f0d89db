import type { Command } from 'commander';
import type { PlanReader } from './planView.ts';
import type { PlanRequestWriter } from '../state/planRequests.ts';
import type { Cli } from './cli.ts';

/** Where the table is: on every verb that works on it. */
export interface TableOptions {
  table: string;
  region?: string;
  endpointUrl?: string;
}

export const DEFAULT_TABLE = 'meshlift';

export const withTable = (command: Command, cli: Cli): Command =>
  command
    .option(
      '--table <name>',
      'DynamoDB table that holds the plans (MESHLIFT_TABLE)',
      cli.environment['MESHLIFT_TABLE'] ?? DEFAULT_TABLE,
    )
    .option('--region <region>', 'AWS region (AWS_REGION, or the profile)')
    .option('--endpoint-url <url>', 'another endpoint for DynamoDB, e.g. the lab (AWS_ENDPOINT_URL)');

/** The table, opened for one verb. */
export interface Connection {
  reader: PlanReader;
  writer: PlanRequestWriter;
  /** `table "meshlift" (eu-west-1)`, for messages. */
  where: string;
}

/** Opens the table for `work`. The SDK is loaded only here, so that `--help` and a bad plan are answered at once. */
export async function withConnection<Answer>(
  cli: Cli,
  options: TableOptions,
  work: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  const [{ createStateClient }, { DynamoPlanStore }, { PlanRequestWriter }] = await Promise.all([
    import('../state/client.ts'),
    import('../state/planStore.ts'),
    import('../state/planRequests.ts'),
  ]);
  const { table, region, endpointUrl } = options;
  const client = createStateClient({
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  });
  try {
    const found = await client.config.region();
    const reader = new DynamoPlanStore({
      client,
      table,
      holder: `cli-${cli.newToken()}`,
      leaseMs: 0,
      monotonicMs: cli.monotonicMs,
      newToken: cli.newToken,
    });
    const writer = new PlanRequestWriter(client, table, cli.newToken);
    return await work({ reader, writer, where: `table "${table}" (${endpointUrl ?? found})` });
  } finally {
    client.destroy();
  }
}
