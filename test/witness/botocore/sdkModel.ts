import * as appMesh from '@aws-sdk/client-app-mesh';
import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as dynamoDb from '@aws-sdk/client-dynamodb';
import * as dynamoDbStreams from '@aws-sdk/client-dynamodb-streams';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as iam from '@aws-sdk/client-iam';
import * as cloudMap from '@aws-sdk/client-servicediscovery';
import * as sts from '@aws-sdk/client-sts';
import type { NormalizedSchema } from '@smithy/core/schema';
import { readSchemas } from '../../../lab/wire/schemas.ts';
import type { Finding } from './judge.ts';

/** The SDK's packages by botocore's names of the services. */
const PACKAGES: Record<string, object> = {
  appmesh: appMesh,
  'application-autoscaling': autoScaling,
  cloudwatch: cloudWatch,
  dynamodb: dynamoDb,
  dynamodbstreams: dynamoDbStreams,
  ecs,
  elbv2,
  iam,
  servicediscovery: cloudMap,
  sts,
};

/**
 * Whether what botocore does not know is in the model of the SDK that sent it: then the SDK is the newer of the two. What neither
 * knows is a mistake.
 */
export function isNewer({ operation, place, rule }: Pick<Finding, 'operation' | 'place' | 'rule'>): boolean {
  const [service = '', name = ''] = operation.split(':');
  const sdkPackage = PACKAGES[service];
  const known = sdkPackage === undefined ? undefined : readSchemas(sdkPackage).operations.get(name);
  if (known === undefined || rule === 'operation') return known !== undefined;
  let schema: NormalizedSchema | undefined = known.input;
  const steps = place.replaceAll(/\[\d*\]/g, '.[]').split('.');
  for (const step of steps) schema = schema && inside(schema, step);
  return schema !== undefined;
}

function inside(schema: NormalizedSchema, step: string): NormalizedSchema | undefined {
  if (schema.isListSchema()) return step === '[]' ? schema.getValueSchema() : undefined;
  if (schema.isMapSchema()) return schema.getValueSchema();
  if (!schema.isStructSchema()) return undefined;
  return [...schema.structIterator()].find(([name, member]) => {
    const { jsonName, xmlName } = member.getMergedTraits();
    return [name, jsonName, xmlName].includes(step);
  })?.[1];
}
