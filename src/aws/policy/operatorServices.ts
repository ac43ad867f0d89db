import { allow, IN_CLUSTERS, inMesh, MADE, TAGGED, type Statement } from './statement.ts';
import { arnOf, PLACES } from './places.ts';

const SERVICES = arnOf('ecs', 'service/*');
const TASK_DEFINITIONS = arnOf('ecs', 'task-definition/*');
const NAMESPACES = arnOf('servicediscovery', 'namespace/*');
const CLOUD_MAP_SERVICES = arnOf('servicediscovery', 'service/*');

/** What is changed of ECS, Cloud Map and App Mesh. */
export const OPERATOR_SERVICES: readonly Statement[] = [
  // The user's own, so that no tag of Meshlift's is on it.
  allow(
    'MeshRetire',
    [
      'appmesh:DeleteGatewayRoute',
      'appmesh:DeleteMesh',
      'appmesh:DeleteRoute',
      'appmesh:DeleteVirtualGateway',
      'appmesh:DeleteVirtualNode',
      'appmesh:DeleteVirtualRouter',
      'appmesh:DeleteVirtualService',
    ],
    inMesh(PLACES.account),
  ),
  // Blue is among them, which nobody has tagged.
  allow('ServicesChange', ['ecs:DeleteService', 'ecs:UpdateService'], SERVICES, IN_CLUSTERS),
  allow('ServicesMake', ['ecs:CreateService'], SERVICES, { ...IN_CLUSTERS, Null: TAGGED }),
  allow('TaskDefinitionsMake', ['ecs:RegisterTaskDefinition'], TASK_DEFINITIONS, { Null: TAGGED }),
  allow('TaskDefinitionsDelete', ['ecs:DeleteTaskDefinitions'], TASK_DEFINITIONS, { Null: MADE }),
  // AWS knows neither a resource nor a condition for it.
  allow('TaskDefinitionsDeregister', ['ecs:DeregisterTaskDefinition'], '*'),
  allow('EcsTagWhatIsMade', ['ecs:TagResource'], [SERVICES, TASK_DEFINITIONS], {
    StringEquals: { 'ecs:CreateAction': ['CreateService', 'RegisterTaskDefinition'] },
  }),
  allow('PassRolesOfTasks', ['iam:PassRole'], [PLACES.passRoleArns], {
    // `ecs`: the role of a volume that ECS attaches.
    StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'] },
  }),
  allow(
    'FirstUse',
    ['iam:CreateServiceLinkedRole'],
    `arn:${PLACES.partition}:iam::${PLACES.account}:role/aws-service-role/*`,
    {
      StringEquals: { 'iam:AWSServiceName': ['ecs.amazonaws.com', 'ecs.application-autoscaling.amazonaws.com'] },
    },
  ),
  allow('NamespacesMake', ['servicediscovery:CreateHttpNamespace', 'servicediscovery:TagResource'], '*', {
    Null: TAGGED,
  }),
  allow('NamespacesOwnDelete', ['servicediscovery:DeleteNamespace'], NAMESPACES, { Null: MADE }),
  // ECS makes the services of Service Connect with its caller's rights and tags of its own; Meshlift deletes those of a namespace that it made.
  allow(
    'NamespacesUse',
    [
      'servicediscovery:CreateService',
      'servicediscovery:DeleteService',
      'servicediscovery:GetNamespace',
      'servicediscovery:GetOperation',
      'servicediscovery:ListInstances',
    ],
    [NAMESPACES, CLOUD_MAP_SERVICES],
  ),
];
