/** What ECS adds to a task definition when it is registered: only an answer carries it, and nothing of it is registered again. */
export const REGISTERED: readonly string[] = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'deregisteredAt',
  'deleteRequestedAt',
  'registeredBy',
];
