import type { ServiceId } from '../../services/service.ts';
import type { Constraint } from './constraint.ts';

export type OwnKinds = readonly Constraint['kind'][];

/** By structure and member. */
export type OwnWords = Readonly<Record<string, Readonly<Record<string, OwnKinds>>>>;

const NONE: OwnWords = {};

/** What is left to the lab's service, since AWS refuses it in the service's own words (row M8). */
export const OWN_WORDS: Readonly<Record<ServiceId, OwnWords>> = {
  ecs: {
    DescribeServicesRequest: { services: ['required'] },
    DescribeServiceDeploymentsRequest: { serviceDeploymentArns: ['required'] },
    DescribeServiceRevisionsRequest: { serviceRevisionArns: ['required'] },
    DescribeTasksRequest: { tasks: ['required'] },
    RegisterTaskDefinitionRequest: { containerDefinitions: ['required'] },
  },
  iam: NONE,
  'app-mesh': NONE,
  servicediscovery: NONE,
  'elastic-load-balancing-v2': NONE,
  cloudwatch: NONE,
  'application-auto-scaling': NONE,
  sts: NONE,
  ec2: NONE,
  'cloudwatch-logs': NONE,
  'service-quotas': NONE,
  sns: NONE,
  eventbridge: NONE,
  sqs: NONE,
};
