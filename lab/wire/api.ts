import * as appMesh from '@aws-sdk/client-app-mesh';
import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as cloudMap from '@aws-sdk/client-servicediscovery';
import * as sts from '@aws-sdk/client-sts';
import type { ServiceId } from '../services/service.ts';
import { type ApiSchemas, readSchemas } from './schemas.ts';

/** How one AWS API is addressed. */
export interface ApiAddress {
  id: ServiceId;
  /** The protocol that the JavaScript client speaks. */
  protocol: 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'ec2Query' | 'restJson';
  /** The part of `X-Amz-Target` before the dot; none for the query and REST protocols. */
  targetPrefix: string | undefined;
  /** `Version` of the query protocol. */
  queryVersion: string | undefined;
  xmlNamespace: string | undefined;
  /** Answers errors with `x-amzn-query-error` beside the JSON form. */
  queryCompatible: boolean;
  /** The first path segment of the REST protocols. */
  pathPrefix: string | undefined;
  /** What the operations take and answer. Loaded once, with the first request of an API that few clients ask for. */
  loadSchemas: () => Promise<ApiSchemas>;
}

/** An API whose schemas are at hand. */
export interface Api extends ApiAddress {
  schemas: ApiSchemas;
}

const NOT_ADDRESSED = {
  targetPrefix: undefined,
  queryVersion: undefined,
  xmlNamespace: undefined,
  queryCompatible: false,
  pathPrefix: undefined,
};

/**
 * Every API that the wire can speak, by its service. None is in restXml, which S3, Route 53 and CloudFront speak: no tool that makes,
 * watches or moves an ECS application on App Mesh asks for one of those.
 */
export const APIS: Readonly<Record<ServiceId, ApiAddress>> = {
  ecs: {
    ...NOT_ADDRESSED,
    id: 'ecs',
    protocol: 'awsJson1_1',
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    loadSchemas: atHand(ecs),
  },
  'app-mesh': {
    ...NOT_ADDRESSED,
    id: 'app-mesh',
    protocol: 'restJson',
    pathPrefix: '/v20190125/',
    loadSchemas: atHand(appMesh),
  },
  servicediscovery: {
    ...NOT_ADDRESSED,
    id: 'servicediscovery',
    protocol: 'awsJson1_1',
    targetPrefix: 'Route53AutoNaming_v20170314',
    loadSchemas: atHand(cloudMap),
  },
  'elastic-load-balancing-v2': {
    ...NOT_ADDRESSED,
    id: 'elastic-load-balancing-v2',
    protocol: 'awsQuery',
    queryVersion: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    loadSchemas: atHand(elbv2),
  },
  cloudwatch: {
    ...NOT_ADDRESSED,
    id: 'cloudwatch',
    protocol: 'awsJson1_0',
    targetPrefix: 'GraniteServiceVersion20100801',
    queryVersion: '2010-08-01',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    queryCompatible: true,
    loadSchemas: atHand(cloudWatch),
  },
  'application-auto-scaling': {
    ...NOT_ADDRESSED,
    id: 'application-auto-scaling',
    protocol: 'awsJson1_1',
    targetPrefix: 'AnyScaleFrontendService',
    loadSchemas: atHand(autoScaling),
  },
  sts: {
    ...NOT_ADDRESSED,
    id: 'sts',
    protocol: 'awsQuery',
    queryVersion: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    loadSchemas: atHand(sts),
  },
  ec2: {
    ...NOT_ADDRESSED,
    id: 'ec2',
    protocol: 'ec2Query',
    queryVersion: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    loadSchemas: once(async () => readSchemas(await import('./ec2Schemas.ts'))),
  },
  iam: {
    ...NOT_ADDRESSED,
    id: 'iam',
    protocol: 'awsQuery',
    queryVersion: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    loadSchemas: once(async () => readSchemas(await import('@aws-sdk/client-iam'))),
  },
  'cloudwatch-logs': {
    ...NOT_ADDRESSED,
    id: 'cloudwatch-logs',
    protocol: 'awsJson1_1',
    targetPrefix: 'Logs_20140328',
    loadSchemas: once(async () => readSchemas(await import('@aws-sdk/client-cloudwatch-logs'))),
  },
  'service-quotas': {
    ...NOT_ADDRESSED,
    id: 'service-quotas',
    protocol: 'awsJson1_1',
    targetPrefix: 'ServiceQuotasV20190624',
    loadSchemas: once(async () => readSchemas(await import('@aws-sdk/client-service-quotas'))),
  },
  sns: {
    ...NOT_ADDRESSED,
    id: 'sns',
    protocol: 'awsQuery',
    queryVersion: '2010-03-31',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
    loadSchemas: once(async () => readSchemas(await import('@aws-sdk/client-sns'))),
  },
  eventbridge: {
    ...NOT_ADDRESSED,
    id: 'eventbridge',
    protocol: 'awsJson1_1',
    targetPrefix: 'AWSEvents',
    loadSchemas: once(async () => readSchemas(await import('@aws-sdk/client-eventbridge'))),
  },
  sqs: {
    ...NOT_ADDRESSED,
    id: 'sqs',
    protocol: 'awsJson1_0',
    targetPrefix: 'AmazonSQS',
    queryCompatible: true,
    loadSchemas: once(async () => readSchemas(await import('@aws-sdk/client-sqs'))),
  },
};

/** The API at an address, with its schemas. */
export async function loadApi(address: ApiAddress): Promise<Api> {
  return { ...address, schemas: await address.loadSchemas() };
}

function atHand(sdkPackage: object): ApiAddress['loadSchemas'] {
  const schemas = Promise.resolve(readSchemas(sdkPackage));
  return () => schemas;
}

function once(load: ApiAddress['loadSchemas']): ApiAddress['loadSchemas'] {
  let loading: Promise<ApiSchemas> | undefined;
  return () => (loading ??= load());
}
