import type { ServiceId } from '../../services/service.ts';
import type { Constraint } from './constraint.ts';

export type OwnKinds = readonly Constraint['kind'][];

/** By structure and member. */
export type OwnWords = Readonly<Record<string, Readonly<Record<string, OwnKinds>>>>;

const NONE: OwnWords = {};

/** What AWS refuses in a service's own words rather than in those of the model; the lab's services do so too (row M8). */
export const OWN_WORDS: Readonly<Record<ServiceId, OwnWords>> = {
  ecs: {
    DescribeServicesRequest: { services: ['required'] },
    DescribeServiceDeploymentsRequest: { serviceDeploymentArns: ['required'] },
    DescribeServiceRevisionsRequest: { serviceRevisionArns: ['required'] },
    DescribeTasksRequest: { tasks: ['required'] },
    RegisterTaskDefinitionRequest: { containerDefinitions: ['required'] },
  },
  iam: {
    CreateRoleRequest: { RoleName: ['pattern'], Path: ['pattern'] },
    CreatePolicyRequest: { PolicyName: ['pattern'], Path: ['pattern'] },
    PutRolePolicyRequest: { PolicyName: ['pattern'] },
  },
  'app-mesh': NONE,
  servicediscovery: NONE,
  'elastic-load-balancing-v2': NONE,
  cloudwatch: NONE,
  'application-auto-scaling': NONE,
  sts: NONE,
  ec2: NONE,
  'cloudwatch-logs': NONE,
};
