import type { EstateExport } from '../export.ts';
import { type EstateObject, placeOf } from '../identity.ts';
import { lastPart } from '../order.ts';
import type { SourceReading } from './reading.ts';

/** What a live reading looks at as a whole, so that what it does not tell is not there. */
function looksAt(object: EstateObject, live: EstateExport): boolean {
  const value = object.value as Readonly<Record<string, unknown>>;
  const failed = (service: string): boolean => live.errors.some((error) => error.call.startsWith(`${service}:`));
  switch (object.kind) {
    case 'virtualNode':
    case 'virtualService':
    case 'virtualRouter':
    case 'route':
    case 'virtualGateway':
    case 'gatewayRoute':
      return (
        live.appMeshAnswer?.state === 'read' &&
        live.appMesh.meshes.some((mesh) => mesh.meshName === value['meshName']) &&
        !failed('appmesh')
      );
    case 'service':
      return live.ecs.clusters.some((one) => one.clusterArn === value['clusterArn']) && !failed('ecs');
    case 'namespace':
    case 'cloudMapService': {
      const { account, region } = placeOf(object.arn);
      return account === live.caller.account && region === live.caller.region && !failed('servicediscovery');
    }
    case 'listener':
      return (
        live.elbv2.loadBalancers.some((one) => one.LoadBalancerArn === value['LoadBalancerArn']) &&
        !failed('elasticloadbalancing')
      );
    case 'rule':
      return (
        live.elbv2.listeners.some((one) => one.ListenerArn === value['ListenerArn']) && !failed('elasticloadbalancing')
      );
    case 'scalableTarget':
    case 'scalingPolicy':
    case 'scheduledAction':
      return (
        live.autoScaling !== undefined &&
        live.ecs.services.some(
          (one) => value['ResourceId'] === `service/${lastPart(one.clusterArn ?? '')}/${one.serviceName}`,
        ) &&
        !failed('application-autoscaling')
      );
    // Live, these are read only where something live names them.
    case 'mesh':
    case 'cluster':
    case 'taskDefinition':
    case 'loadBalancer':
    case 'targetGroup':
      return false;
  }
}

/**
 * The live reading that would have told of an object that only `reading` tells of: so it is there no more. `undefined` where it
 * may be there. An export is as old as a file, and says nothing of what came after it.
 */
export const isGone = (
  object: EstateObject,
  reading: SourceReading,
  readings: readonly SourceReading[],
): SourceReading | undefined =>
  reading.source === 'live'
    ? undefined
    : readings.find((one) => one.source === 'live' && looksAt(object, one.exported));
