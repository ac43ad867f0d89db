import { creating, eachNamed, type Need, type NeedTable, onAnything, type Surroundings, tagsIn } from './need.ts';

/** A role's ARN has its path, which an input that names the role has not. */
function roleArn({ account, look }: Surroundings, name = ''): string {
  const known = look('iam', 'GetRole', { RoleName: name })?.Role?.Arn as string | undefined;
  return known ?? `arn:aws:iam::${account.id}:role/${name}`;
}

const onRole =
  (operation: string) =>
  (input: { RoleName?: string; PolicyArn?: string; PermissionsBoundary?: string }, around: Surroundings): Need[] => [
    {
      action: `iam:${operation}`,
      resource: roleArn(around, input.RoleName),
      context: { 'iam:PolicyARN': input.PolicyArn, 'iam:PermissionsBoundary': input.PermissionsBoundary },
    },
  ];

const onPolicy = (operation: string) => (input: { PolicyArn?: string }) => [
  { action: `iam:${operation}`, resource: input.PolicyArn ?? '*' },
];

export const IAM_NEEDS: NeedTable = {
  ...eachNamed(['ListRoles', 'ListPolicies'], (operation) => onAnything(`iam:${operation}`)),
  ...eachNamed(
    [
      'GetRole',
      'UpdateRole',
      'UpdateRoleDescription',
      'UpdateAssumeRolePolicy',
      'PutRolePermissionsBoundary',
      'DeleteRolePermissionsBoundary',
      'DeleteRole',
      'ListRoleTags',
      'ListInstanceProfilesForRole',
      'PutRolePolicy',
      'GetRolePolicy',
      'ListRolePolicies',
      'DeleteRolePolicy',
      'AttachRolePolicy',
      'DetachRolePolicy',
      'ListAttachedRolePolicies',
    ],
    onRole,
  ),
  ...eachNamed(
    [
      'GetPolicy',
      'DeletePolicy',
      'CreatePolicyVersion',
      'GetPolicyVersion',
      'ListPolicyVersions',
      'SetDefaultPolicyVersion',
      'DeletePolicyVersion',
      'ListPolicyTags',
      'ListEntitiesForPolicy',
    ],
    onPolicy,
  ),
  CreateRole: ({ RoleName, Path = '/', PermissionsBoundary, Tags }, { account }) =>
    creating(
      {
        action: 'iam:CreateRole',
        resource: `arn:aws:iam::${account.id}:role${Path}${RoleName}`,
        context: { 'iam:PermissionsBoundary': PermissionsBoundary },
        requestTags: tagsIn(Tags),
      },
      { action: 'iam:TagRole', operation: 'CreateRole' },
    ),
  CreatePolicy: ({ PolicyName, Path = '/', Tags }, { account }) =>
    creating(
      {
        action: 'iam:CreatePolicy',
        resource: `arn:aws:iam::${account.id}:policy${Path}${PolicyName}`,
        requestTags: tagsIn(Tags),
      },
      { action: 'iam:TagPolicy', operation: 'CreatePolicy' },
    ),
  TagRole: ({ RoleName, Tags }, around) => [
    { action: 'iam:TagRole', resource: roleArn(around, RoleName), requestTags: tagsIn(Tags) },
  ],
  UntagRole: ({ RoleName, TagKeys }, around) => [
    { action: 'iam:UntagRole', resource: roleArn(around, RoleName), tagKeys: TagKeys },
  ],
  TagPolicy: ({ PolicyArn, Tags }) => [{ action: 'iam:TagPolicy', resource: PolicyArn, requestTags: tagsIn(Tags) }],
  UntagPolicy: ({ PolicyArn, TagKeys }) => [{ action: 'iam:UntagPolicy', resource: PolicyArn, tagKeys: TagKeys }],
};
