import * as appMesh from '@aws-sdk/client-app-mesh';
import * as autoScaling from '@aws-sdk/client-application-auto-scaling';
import * as cloudWatch from '@aws-sdk/client-cloudwatch';
import * as ecs from '@aws-sdk/client-ecs';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as cloudMap from '@aws-sdk/client-servicediscovery';
import * as sts from '@aws-sdk/client-sts';
import type { ServiceId } from '../services/service.ts';
import { type ApiSchemas, readSchemas } from './schemas.ts';

/** How one AWS API is addressed, and its schemas. */
export interface Api {
  id: ServiceId;
  /** The protocol that the JavaScript client speaks. */
  protocol: 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'restJson';
  /** The part of `X-Amz-Target` before the dot; none for the query and REST protocols. */
  targetPrefix: string | undefined;
  /** `Version` of the query protocol. */
  queryVersion: string | undefined;
  xmlNamespace: string | undefined;
  /** Answers errors with `x-amzn-query-error` beside the JSON form. */
  queryCompatible: boolean;
  /** The first path segment of the REST protocols. */
  pathPrefix: string | undefined;
  schemas: ApiSchemas;
}

const NOT_ADDRESSED = {
  targetPrefix: undefined,
  queryVersion: undefined,
  xmlNamespace: undefined,
  queryCompatible: false,
  pathPrefix: undefined,
};

/** Every API that the wire can speak, by its service. */
export const APIS: Readonly<Record<ServiceId, Api>> = {
  ecs: {
    ...NOT_ADDRESSED,
    id: 'ecs',
    protocol: 'awsJson1_1',
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    schemas: readSchemas(ecs),
  },
  'app-mesh': {
    ...NOT_ADDRESSED,
    id: 'app-mesh',
    protocol: 'restJson',
    pathPrefix: '/v20190125/',
    schemas: readSchemas(appMesh),
  },
  servicediscovery: {
    ...NOT_ADDRESSED,
    id: 'servicediscovery',
    protocol: 'awsJson1_1',
    targetPrefix: 'Route53AutoNaming_v20170314',
    schemas: readSchemas(cloudMap),
  },
  'elastic-load-balancing-v2': {
    ...NOT_ADDRESSED,
    id: 'elastic-load-balancing-v2',
    protocol: 'awsQuery',
    queryVersion: '2015-12-01',
    xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    schemas: readSchemas(elbv2),
  },
  cloudwatch: {
    ...NOT_ADDRESSED,
    id: 'cloudwatch',
    protocol: 'awsJson1_0',
    targetPrefix: 'GraniteServiceVersion20100801',
    queryVersion: '2010-08-01',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    queryCompatible: true,
    schemas: readSchemas(cloudWatch),
  },
  'application-auto-scaling': {
    ...NOT_ADDRESSED,
    id: 'application-auto-scaling',
    protocol: 'awsJson1_1',
    targetPrefix: 'AnyScaleFrontendService',
    schemas: readSchemas(autoScaling),
  },
  sts: {
    ...NOT_ADDRESSED,
    id: 'sts',
    protocol: 'awsQuery',
    queryVersion: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    schemas: readSchemas(sts),
  },
};
