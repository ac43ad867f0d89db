import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { EstateExport, MeshAnswer } from '../../estate/export.ts';
import { lastPart } from '../../estate/order.ts';
import { emptyMesh } from '../../estate/sources/draft.ts';
import { loadBalancersOf } from '../../estate/services.ts';
import type { Clock } from '../../reconciler/ports.ts';
import { translated } from '../errors.ts';
import { expectCalls } from '../expectedCalls.ts';
import { MESH_READ_ACTIONS } from './meshActions.ts';
import { readAppMesh } from './appMesh.ts';
import { readAutoScaling } from './autoScaling.ts';
import { readCloudMap } from './cloudMap.ts';
import { readEcs } from './ecs.ts';
import { readLoadBalancers } from './loadBalancers.ts';
import { type InventoryClients, ReadErrors } from './reading.ts';

export interface InventoryOptions {
  /** Name or ARN of the ECS cluster. */
  cluster: string;
  /** Name of the App Mesh mesh; or how App Mesh answered, where it is not to be asked again. */
  mesh: string | MeshAnswer;
  /** The account that shares the mesh with this one. Default: it is this account's own. */
  meshOwner?: string;
  /** What was read for another inventory of the account just now, and is not to be read again. */
  known?: Partial<Pick<EstateExport, 'ecs' | 'elbv2' | 'autoScaling' | 'serviceDiscovery'>>;
  clock: Pick<Clock, 'now'>;
  /** Told what is read next, for a person: `cluster shop`, then `mesh shop`. */
  onProgress?: (what: string) => void;
}

/** The IAM actions that an inventory needs. */
export const INVENTORY_ACTIONS = [
  ...MESH_READ_ACTIONS,
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'application-autoscaling:DescribeScheduledActions',
  'ecs:DescribeClusters',
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'ecs:ListServices',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTags',
  'elasticloadbalancing:DescribeTargetGroupAttributes',
  'elasticloadbalancing:DescribeTargetGroups',
  'servicediscovery:ListInstances',
  'servicediscovery:ListNamespaces',
  'servicediscovery:ListServices',
  'sts:GetCallerIdentity',
] as const;

/**
 * Reads the live APIs into the format of an export. Every read that fails is in `errors`; only a failure of ECS throws, an
 * `AwsCallError`. App Mesh may be gone: `appMeshAnswer` says how it answered, within seconds.
 */
export async function takeInventory(clients: InventoryClients, options: InventoryOptions): Promise<EstateExport> {
  const errors = new ReadErrors();
  options.onProgress?.(`cluster ${lastPart(options.cluster)}`);
  const { known = {} } = options;
  const ecs = known.ecs ?? (await translated(() => readEcs(clients, options.cluster)));
  const clusterArn = ecs.clusters[0]?.clusterArn ?? ecs.services[0]?.clusterArn ?? '';
  const clusterName = lastPart(clusterArn === '' ? options.cluster : clusterArn);
  const targetGroups = ecs.services.flatMap((service) =>
    loadBalancersOf(service).flatMap((attached) => attached.targetGroupArn ?? []),
  );
  const resourceIds = ecs.services.map((service) => `service/${clusterName}/${service.serviceName ?? ''}`);
  const [, , , region = '', clusterAccount = ''] = clusterArn.split(':');

  options.onProgress?.(typeof options.mesh === 'string' ? `mesh ${options.mesh}` : `what cluster ${clusterName} uses`);
  expectCalls(1);
  const [mesh, serviceDiscovery, elbv2, autoScaling, account] = await Promise.all([
    typeof options.mesh === 'string'
      ? readAppMesh(clients, options.mesh, errors, options.meshOwner)
      : { answer: options.mesh, appMesh: emptyMesh() },
    known.serviceDiscovery ?? readCloudMap(clients, errors),
    known.elbv2 ?? readLoadBalancers(clients, targetGroups, errors),
    known.autoScaling ?? readAutoScaling(clients, resourceIds, errors),
    errors.tolerate(
      'sts:GetCallerIdentity',
      undefined,
      async () => (await clients.sts.send(new GetCallerIdentityCommand({}))).Account ?? clusterAccount,
      clusterAccount,
    ),
  ]);
  return {
    caller: { account, region },
    takenAt: new Date(options.clock.now()).toISOString(),
    appMeshAnswer: mesh.answer,
    appMesh: mesh.appMesh,
    ecs,
    serviceDiscovery,
    elbv2,
    autoScaling,
    errors: errors.errors,
  };
}
