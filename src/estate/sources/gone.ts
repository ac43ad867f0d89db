import { watchesEstate } from '../alarms/ofEstate.ts';
import { alarmsAsked } from '../alarms/rule.ts';
import type { EstateExport } from '../export.ts';
import { type EstateObject, placeOf } from '../identity.ts';
import { lastPart } from '../order.ts';
import type { SourceReading } from './reading.ts';

function isOfCaller({ arn }: EstateObject, { caller }: EstateExport): boolean {
  const { account, region } = placeOf(arn);
  return account === caller.account && region === caller.region;
}

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
    case 'cloudMapService':
      return isOfCaller(object, live) && !failed('servicediscovery');
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
    case 'metricAlarm':
      return isOfCaller(object, live) && live.cloudWatch !== undefined && watchesEstate(live)(value);
    case 'compositeAlarm': {
      const { metricAlarms = [], compositeAlarms = [] } = live.cloudWatch ?? {};
      const told = new Set([...metricAlarms, ...compositeAlarms].map((one) => one.AlarmName));
      return isOfCaller(object, live) && alarmsAsked(String(value['AlarmRule'])).some(({ name }) => told.has(name));
    }
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
