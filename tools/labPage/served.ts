import { StreamsService } from '../../lab/dynamodbstreams/streamsService.ts';
import { SimulatedClock } from '../../lab/clock.ts';
import { createSimulatedAws } from '../../lab/simulated/simulatedAws.ts';
import { APIS } from '../../lab/wire/api.ts';
import type { Dispatch } from '../../lab/wire/message.ts';
import { readSchemas } from '../../lab/wire/schemas.ts';

/** One API as far as the lab serves it. */
export interface ServedApi {
  /** As in the name of the SDK's package: `@aws-sdk/client-<id>`. */
  id: string;
  /** The protocols by which the lab is reached. */
  wire: string[];
  served: string[];
  /** The operations of the SDK's model that the lab does not serve; each is refused by name. */
  refused: string[];
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  awsJson1_0: 'JSON 1.0',
  awsJson1_1: 'JSON 1.1',
  awsQuery: 'Query',
  ec2Query: 'EC2 Query',
  restJson: 'REST JSON',
};

/** Asks the lab itself: its services for their operations, dynalite by trying each operation of DynamoDB. */
export async function readServedApis(): Promise<ServedApi[]> {
  const simulated = createSimulatedAws({ clock: new SimulatedClock() });
  const services = await Promise.all(
    Object.values(simulated.aws.services).map(async ({ id, operations }) => {
      const { protocol, queryCompatible } = APIS[id];
      return servedApi(
        id,
        [protocol, ...(queryCompatible ? ['awsQuery', 'RPC v2 CBOR'] : [])],
        Object.keys(operations),
      );
    }),
  );
  const dynamoDb = await servedApi('dynamodb', ['awsJson1_0'], await dynamoDbOperations(simulated.aws.dispatch));
  const { operations } = new StreamsService('', () => 0);
  const streams = await servedApi('dynamodb-streams', ['awsJson1_0'], Object.keys(operations));
  await simulated.close();
  return [...services, dynamoDb, streams].toSorted((a, b) => a.id.localeCompare(b.id));
}

async function servedApi(id: string, wire: string[], served: string[]): Promise<ServedApi> {
  const modelled = await modelledOperations(id);
  const invented = served.filter((operation) => !modelled.includes(operation));
  if (invented.length > 0)
    throw new Error(`the lab serves operations that ${id} does not have: ${invented.join(', ')}`);
  return {
    id,
    wire: wire.map((name) => WIRE_NAMES[name] ?? name),
    served: served.toSorted(),
    refused: modelled.filter((operation) => !served.includes(operation)).toSorted(),
  };
}

async function modelledOperations(id: string): Promise<string[]> {
  const sdkPackage = (await import(`@aws-sdk/client-${id}`)) as object;
  return [...readSchemas(sdkPackage).operations.keys()];
}

async function dynamoDbOperations(dispatch: Dispatch): Promise<string[]> {
  const answers = await Promise.all(
    (await modelledOperations('dynamodb')).map(async (operation) => {
      const { body } = await dispatch({
        method: 'POST',
        path: '/',
        query: new URLSearchParams(),
        headers: { 'x-amz-target': `DynamoDB_20120810.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
        body: Buffer.from('{}'),
      });
      return { operation, text: Buffer.from(body).toString('utf8') };
    }),
  );
  return answers.filter(({ text }) => !text.includes('UnknownOperationException')).map(({ operation }) => operation);
}
