import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  paginateListRoles,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../clock.ts';
import { createSimulatedAws } from '../../simulated/simulatedAws.ts';

const ENVOY = 'arn:aws:iam::aws:policy/AWSAppMeshEnvoyAccess';
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

let iam: IAMClient;

beforeEach(() => {
  const { clientConfig } = createSimulatedAws({ clock: new SimulatedClock() });
  iam = new IAMClient({ ...clientConfig, maxAttempts: 1 });
});

describe('roles', () => {
  test('N11: a role comes back with its documents percent-encoded', async () => {
    await createRole('task', { Description: 'd', MaxSessionDuration: 7200, Tags: [{ Key: 'app', Value: 'shop' }] });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'task' }));
    expect(Role).toMatchObject({
      Path: '/',
      Arn: 'arn:aws:iam::111122223333:role/task',
      Description: 'd',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'app', Value: 'shop' }],
    });
    expect(Role?.RoleId).toMatch(/^AROA[A-Z2-7]{17}$/);
    expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
    const document = policy("s3:Get*('a')");
    await iam.send(new PutRolePolicyCommand({ RoleName: 'task', PolicyName: 'own', PolicyDocument: document }));
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: 'task', PolicyName: 'own' }));
    expect(PolicyDocument).toMatch(/^[A-Za-z0-9%._~-]+$/);
    expect(decodeURIComponent(PolicyDocument)).toBe(document);
  });

  test.each([
    ['{', 'This policy contains invalid Json'],
    ['[]', 'This policy contains invalid Json'],
    ['{"Version":"2012-10-17"}', 'Syntax errors in policy.'],
    [policy('s3:*').replace('"Resource":"*"', '"Sid":"a"'), 'Policy statement must contain resources.'],
    [policy('s3:*').replace('Allow', 'Permit'), 'Syntax errors in policy.'],
    [TRUST, 'Policy document should not specify a principal.'],
  ])('N11: the document %s is malformed', async (PolicyDocument, message) => {
    await createRole('task');
    await expect(
      iam.send(new PutRolePolicyCommand({ RoleName: 'task', PolicyName: 'own', PolicyDocument })),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message, $metadata: { httpStatusCode: 400 } });
    const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: 'task' }));
    expect(PolicyNames).toEqual([]);
  });

  test('N12: a name is taken whatever its case and path, and an unknown one is not found', async () => {
    await createRole('task');
    await expect(createRole('TASK', { Path: '/other/' })).rejects.toMatchObject({
      name: 'EntityAlreadyExistsException',
      $metadata: { httpStatusCode: 409 },
    });
    await expect(iam.send(new GetRoleCommand({ RoleName: 'nobody' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The role with name nobody cannot be found.',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(createRole('no spaces')).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('N12: lists leave tags out, go by path, and come in pages', async () => {
    for (const name of ['c', 'a', 'b']) await createRole(name, { Path: '/shop/', Tags: [{ Key: 'k', Value: 'v' }] });
    await createRole('elsewhere');
    const names: string[][] = [];
    for await (const { Roles = [] } of paginateListRoles({ client: iam, pageSize: 2 }, { PathPrefix: '/shop/' })) {
      names.push(Roles.map(({ RoleName }) => RoleName ?? ''));
      for (const role of Roles) expect(role).not.toHaveProperty('Tags');
    }
    expect(names).toEqual([['a', 'b'], ['c']]);
    await expect(iam.send(new ListRolesCommand({ Marker: 'nonsense' }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
  });

  test('a role is changed in its own operations', async () => {
    await createRole('task', { Description: 'before' });
    await iam.send(new UpdateRoleCommand({ RoleName: 'task', Description: 'after', MaxSessionDuration: 7200 }));
    const document = TRUST.replace('ecs-tasks', 'ecs');
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'task', PolicyDocument: document }));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'task', PermissionsBoundary: ENVOY }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'task' }));
    expect(Role).toMatchObject({
      Description: 'after',
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: encodeURIComponent(document),
      PermissionsBoundary: { PermissionsBoundaryArn: ENVOY },
    });
    const { InstanceProfiles } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'task' }));
    expect(InstanceProfiles).toEqual([]);
  });

  test('N13: a role with policies stays until they have gone', async () => {
    await createRole('task');
    await iam.send(new PutRolePolicyCommand({ RoleName: 'task', PolicyName: 'own', PolicyDocument: policy('s3:*') }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'task', PolicyArn: ENVOY }));
    const remove = () => iam.send(new DeleteRoleCommand({ RoleName: 'task' }));
    const conflict = { name: 'DeleteConflictException', $metadata: { httpStatusCode: 409 } };
    const attached = 'Cannot delete entity, must detach all policies first.';
    await expect(remove()).rejects.toMatchObject({ ...conflict, message: attached });
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'task', PolicyArn: ENVOY }));
    const own = 'Cannot delete entity, must delete policies first.';
    await expect(remove()).rejects.toMatchObject({ ...conflict, message: own });
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'task', PolicyName: 'own' }));
    await remove();
    const { Roles } = await iam.send(new ListRolesCommand({}));
    expect(Roles).toEqual([]);
  });

  test('N14: tag keys alike but for their case are one', async () => {
    await createRole('task', { Tags: [{ Key: 'App', Value: '1' }] });
    await iam.send(new TagRoleCommand({ RoleName: 'task', Tags: [{ Key: 'app', Value: '2' }] }));
    const look = async () => (await iam.send(new GetRoleCommand({ RoleName: 'task' }))).Role?.Tags;
    expect(await look()).toEqual([{ Key: 'app', Value: '2' }]);
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'A', Value: '2' },
    ];
    await expect(iam.send(new TagRoleCommand({ RoleName: 'task', Tags: twice }))).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    });
    await iam.send(new UntagRoleCommand({ RoleName: 'task', TagKeys: ['APP'] }));
    expect(await look()).toBeUndefined();
  });
});

describe('managed policies', () => {
  test('N16: those of AWS’s that the lab has can be attached and read, others do not exist, and none can be changed', async () => {
    await createRole('task');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'task', PolicyArn: ENVOY }));
    const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'task' }));
    expect(AttachedPolicies).toEqual([{ PolicyName: 'AWSAppMeshEnvoyAccess', PolicyArn: ENVOY }]);
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: ENVOY, VersionId: 'v1' }));
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toContain('appmesh:StreamAggregatedResources');
    const unknown = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await expect(iam.send(new AttachRolePolicyCommand({ RoleName: 'task', PolicyArn: unknown }))).rejects.toMatchObject(
      {
        name: 'NoSuchEntityException',
        message: `Policy ${unknown} does not exist or is not attachable.`,
        $metadata: { httpStatusCode: 404 },
      },
    );
    await expect(
      iam.send(new CreatePolicyVersionCommand({ PolicyArn: ENVOY, PolicyDocument: policy('s3:*') })),
    ).rejects.toMatchObject({ name: 'InvalidInputException' });
    const { Policies } = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', OnlyAttached: true }));
    expect(Policies?.map(({ Arn, AttachmentCount }) => [Arn, AttachmentCount])).toEqual([[ENVOY, 1]]);
  });

  test('N15: versions count on, are at most five, and the default one stays', async () => {
    const PolicyArn = await createPolicy('own');
    for (const action of ['s3:A', 's3:B', 's3:C', 's3:D']) {
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policy(action), SetAsDefault: true }));
    }
    const sixth = () => iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policy('s3:E') }));
    await expect(sixth()).rejects.toMatchObject({ name: 'LimitExceededException' });
    const drop = (VersionId: string) => iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    await expect(drop('v5')).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await drop('v1');
    const { PolicyVersion } = await sixth();
    expect(PolicyVersion).toMatchObject({ VersionId: 'v6', IsDefaultVersion: false });
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
      ['v6', false],
      ['v5', false],
      ['v4', false],
      ['v3', false],
      ['v2', true],
    ]);
  });

  test('N13: a policy that a role has, or is bounded by, stays; so does one with a second version', async () => {
    const PolicyArn = await createPolicy('own');
    await createRole('task');
    await createRole('bounded', { PermissionsBoundary: PolicyArn });
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'task', PolicyArn }));
    const { PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(PolicyRoles?.map(({ RoleName }) => RoleName)).toEqual(['task']);
    const remove = () => iam.send(new DeletePolicyCommand({ PolicyArn }));
    const attached = { name: 'DeleteConflictException', message: 'Cannot delete a policy attached to entities.' };
    await expect(remove()).rejects.toMatchObject(attached);
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'task', PolicyArn }));
    await expect(remove()).rejects.toMatchObject(attached);
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'bounded' }));
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: policy('s3:B') }));
    await expect(remove()).rejects.toMatchObject({ name: 'DeleteConflictException' });
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await remove();
    await expect(iam.send(new GetPolicyCommand({ PolicyArn }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test('N12: a policy’s name is taken, whatever its path', async () => {
    await createPolicy('own');
    await expect(
      iam.send(new CreatePolicyCommand({ PolicyName: 'Own', Path: '/x/', PolicyDocument: policy('s3:*') })),
    ).rejects.toMatchObject({ name: 'EntityAlreadyExistsException' });
  });
});

async function createRole(RoleName: string, change: object = {}): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST, ...change }));
}

async function createPolicy(PolicyName: string): Promise<string> {
  const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: policy('s3:*') }));
  return Policy?.Arn ?? '';
}

function policy(Action: string): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
}
