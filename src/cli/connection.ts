import type { Command } from 'commander';
import type { OperatorRecord } from '../reconciler/ports.ts';
import type { PlanReader } from './planView.ts';
import type { PlanRequestWriter } from '../state/planRequests.ts';
import { isNamed } from '../state/errors.ts';
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
    .option('--endpoint-url <url>', 'another endpoint for AWS, DynamoDB included, e.g. the lab (AWS_ENDPOINT_URL)');

/** The table, opened for one verb. */
export interface Connection {
  reader: PlanReader;
  writer: PlanRequestWriter;
  /** Who works on the table, or was seen to a day ago at most. */
  operators: (now: number) => Promise<OperatorRecord[]>;
  /** `table "meshlift"`, for messages. */
  table: string;
  /** `table "meshlift" (eu-west-1)`. */
  where: string;
  /** Of the table, and of all else that is looked at. */
  region: () => Promise<string>;
}

/** Opens the table for `work`. The SDK is loaded only here, so that `--help` and a bad plan are answered at once. */
export async function withConnection<Answer>(
  cli: Cli,
  options: TableOptions,
  work: (connection: Connection) => Promise<Answer>,
): Promise<Answer> {
  const [{ createStateClient }, { DynamoTable }, { TablePlanStore }, { PlanRequestWriter }, { readOperators }] =
    await Promise.all([
      import('../state/client.ts'),
      import('../state/dynamoTable.ts'),
      import('../state/planStore.ts'),
      import('../state/planRequests.ts'),
      import('../state/operatorItems.ts'),
    ]);
  const { table: name, region, endpointUrl } = options;
  const client = createStateClient({
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  });
  try {
    const { environment } = cli;
    const endpoint = endpointUrl ?? environment['AWS_ENDPOINT_URL_DYNAMODB'] ?? environment['AWS_ENDPOINT_URL'];
    const place = endpoint ?? (await client.config.region());
    const table = new DynamoTable(client, name, cli.newToken);
    const reader = new TablePlanStore({
      table,
      holder: `cli-${cli.newToken()}`,
      leaseMs: 0,
      monotonicMs: cli.monotonicMs,
    });
    const writer = new PlanRequestWriter(table);
    return await work({
      reader,
      writer,
      operators: (now) => readOperators(table, now),
      table: `table "${name}"`,
      where: `table "${name}" (${place})`,
      region: () => client.config.region(),
    }).catch((error: unknown) => {
      throw placed(error, place);
    });
  } finally {
    client.destroy();
  }
}

/** A plan or a table that is not there is most often looked for in the wrong place: the message names the place. */
function placed(error: unknown, place: string): unknown {
  if (!isNamed(error, 'PlanNotFoundError', 'TableMissingError') || !(error instanceof Error)) return error;
  error.message = `${error.message} (looked in ${place})`;
  return error;
}
