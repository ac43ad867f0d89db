import type { Stack, StackResource } from '../model.ts';
import { lastPart } from '../../estate/order.ts';
import { shellWord } from './texts.ts';

/** One resource of green as a tool imports it. */
export interface Imported {
  /** `frontend_sc`: a name for a block, made of the resource's own. */
  label: string;
  terraform: { type: string; id: string };
  cloudFormation: { type: string; identifier: Record<string, string> };
  /** Reads what AWS made up and stands as `<…>` in an id. */
  read?: string;
}

const label = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');

/** What of the stack stays after success, in the stack's order. The rule is blue's own, a freeze ends with blue, an alarm with the plan, and what is shared is another plan's. */
export function importedOf(stack: Stack, cluster: { name: string; arn: string }): Imported[] {
  return stack.resources.flatMap((resource): Imported[] => {
    const found = imported(resource, cluster);
    return found === undefined ? [] : [found];
  });
}

function imported(resource: StackResource, cluster: { name: string; arn: string }): Imported | undefined {
  switch (resource.kind) {
    case 'namespace':
      return {
        label: label(resource.name),
        terraform: { type: 'aws_service_discovery_http_namespace', id: '<namespace id>' },
        cloudFormation: { type: 'AWS::ServiceDiscovery::HttpNamespace', identifier: { Id: '<namespace id>' } },
        read: `aws servicediscovery list-namespaces --query "Namespaces[?Name=='${resource.name}'].Id" --output text`,
      };
    case 'targetGroup': {
      const name = resource.input.Name ?? '';
      return {
        label: label(name),
        terraform: { type: 'aws_lb_target_group', id: '<target group ARN>' },
        cloudFormation: {
          type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
          identifier: { TargetGroupArn: '<target group ARN>' },
        },
        read: `aws elbv2 describe-target-groups --names ${shellWord(name)} --query 'TargetGroups[0].TargetGroupArn' --output text`,
      };
    }
    case 'taskDefinition': {
      const family = resource.input.family ?? '';
      return {
        label: label(family),
        terraform: { type: 'aws_ecs_task_definition', id: '<task definition ARN>' },
        cloudFormation: {
          type: 'AWS::ECS::TaskDefinition',
          identifier: { TaskDefinitionArn: '<task definition ARN>' },
        },
        read: `aws ecs describe-task-definition --task-definition ${shellWord(family)} --query 'taskDefinition.taskDefinitionArn' --output text`,
      };
    }
    case 'service':
      return {
        label: label(resource.name),
        terraform: { type: 'aws_ecs_service', id: `${cluster.name}/${resource.name}` },
        cloudFormation: {
          type: 'AWS::ECS::Service',
          identifier: {
            ServiceArn: `${cluster.arn.replace(':cluster/', ':service/')}/${resource.name}`,
            Cluster: cluster.arn,
          },
        },
      };
    case 'scaling': {
      const { resourceId } = resource;
      const dimension = 'ecs:service:DesiredCount';
      return {
        label: label(lastPart(resourceId)),
        terraform: { type: 'aws_appautoscaling_target', id: `ecs/${resourceId}/${dimension}` },
        cloudFormation: {
          type: 'AWS::ApplicationAutoScaling::ScalableTarget',
          identifier: { ResourceId: resourceId, ScalableDimension: dimension, ServiceNamespace: 'ecs' },
        },
      };
    }
    case 'rule':
    case 'probeRule':
    case 'scalingFreeze':
    case 'rebalancingFreeze':
    case 'alarm':
    case 'sharedService':
    case 'sharedNamespace':
      return undefined;
  }
}
