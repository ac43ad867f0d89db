/**
 * The policies of AWS's own that the lab has: those that an ECS application in App Mesh is usually given. An ARN of any other is
 * unknown. The documents allow what AWS's allow.
 */
export const AWS_MANAGED_POLICIES = [
  {
    name: 'AmazonECSTaskExecutionRolePolicy',
    path: '/service-role/',
    description: 'Provides access to other AWS service resources that are required to run Amazon ECS tasks',
    document: allowing(
      'ecr:GetAuthorizationToken',
      'ecr:BatchCheckLayerAvailability',
      'ecr:GetDownloadUrlForLayer',
      'ecr:BatchGetImage',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ),
  },
  {
    name: 'AWSAppMeshEnvoyAccess',
    path: '/',
    description: 'App Mesh Envoy policy for accessing Virtual Node configuration.',
    document: allowing('appmesh:StreamAggregatedResources'),
  },
  {
    name: 'AWSXRayDaemonWriteAccess',
    path: '/',
    description:
      "Allow the AWS X-Ray Daemon to relay raw trace segments data to the service's API and retrieve sampling data.",
    document: allowing(
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ),
  },
];

function allowing(...actions: string[]): object {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
