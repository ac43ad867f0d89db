import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts';
import { AwsError } from '../../errors.ts';
import { type CallerFacts, contextOf, factsOf } from '../iam/callContext.ts';
import { checkPolicy } from '../iam/documents.ts';
import type { IamStore, RoleRecord } from '../iam/iamStore.ts';
import { type Need, type Tags, tagsIn } from '../iam/needs/need.ts';
import type { Permission } from '../iam/permission.ts';
import type { Statement } from '../iam/policy/statement.ts';
import { accessOf, managed, statementsIn } from '../iam/roleAccess.ts';
import { type Assumer, trustOf } from '../iam/trust.ts';
import { notPlayed } from '../notPlayed.ts';
import type { Accounts } from './accounts.ts';
import type { RoleSession } from './sessions.ts';

const DEFAULT_SECONDS = 3_600;
/** The most where one role is assumed with another's credentials, whatever the role allows. */
const CHAINED_MAX_SECONDS = 3_600;

interface AssumeRoleParts {
  accounts: Accounts;
  region: string;
  /** Told of everything that a session asks for. */
  onAsked: (permission: Permission) => void;
}

/** A role assumed by a caller of STS (rows N66, N67). */
export function assumeRole(input: AssumeRoleRequest, assumer: Assumer, parts: AssumeRoleParts): AssumeRoleResponse {
  const { accounts } = parts;
  const { SourceIdentity, SerialNumber, TokenCode, ProvidedContexts } = input;
  if ((SourceIdentity ?? SerialNumber ?? TokenCode ?? ProvidedContexts) !== undefined) {
    throw notPlayed('sts', 'source identities, multi-factor authentication and contexts of AssumeRole');
  }
  const found = accounts.roleOf(input.RoleArn);
  if (found === undefined) throw denied(assumer, 'sts:AssumeRole', input.RoleArn);
  const { store, role } = found;
  const inherited = assumer.kind === 'session' ? assumer.session : undefined;
  const given = tagsIn(input.Tags as { Key?: string; Value?: string }[] | undefined);
  const transitive = inherited === undefined ? {} : pick(inherited.tags, inherited.transitiveTagKeys);
  const needs: Need[] = [
    needOf('sts:AssumeRole', input, given),
    ...(given === undefined ? [] : [needOf('sts:TagSession', input, given)]),
  ];
  for (const need of needs) {
    if (!mayAssume(need, assumer, { store, role }, parts)) throw denied(assumer, need.action, input.RoleArn);
  }
  const policies = sessionPolicies(store, input);
  const session = openSession(accounts, found, {
    name: input.RoleSessionName ?? '',
    seconds: secondsOf(input, role, inherited),
    tags: { ...given, ...transitive },
    transitiveTagKeys: [...(input.TransitiveTagKeys ?? []), ...Object.keys(transitive)],
    policies,
  });
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.token,
      Expiration: new Date(session.expiresMs),
    },
    AssumedRoleUser: { AssumedRoleId: session.userId, Arn: session.arn },
  };
}

/** The session that ECS opens for a task; `undefined` where there is no such role, or it does not trust ECS. */
export function sessionOfTask(
  accounts: Accounts,
  { roleArn, taskId, taskArn, region }: { roleArn: string; taskId: string; taskArn: string; region: string },
): RoleSession | undefined {
  const found = accounts.roleOf(roleArn);
  if (found === undefined) return undefined;
  const assumer: Assumer = { kind: 'service', name: 'ecs-tasks.amazonaws.com' };
  const need: Need = {
    action: 'sts:AssumeRole',
    resource: roleArn,
    // Of the confused deputy's (row N75).
    context: { 'aws:SourceArn': taskArn, 'aws:SourceAccount': taskArn.split(':')[4] },
  };
  if (!mayAssume(need, assumer, found, { accounts, region, onAsked: () => {} })) return undefined;
  return openSession(accounts, found, {
    name: taskId,
    seconds: DEFAULT_SECONDS,
    tags: {},
    transitiveTagKeys: [],
    policies: undefined,
  });
}

function needOf(action: string, input: AssumeRoleRequest, requestTags: Tags | undefined): Need {
  return {
    action,
    resource: input.RoleArn ?? '',
    context: {
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': input.RoleSessionName,
      'sts:TransitiveTagKeys': input.TransitiveTagKeys,
    },
    requestTags,
  };
}

function mayAssume(
  need: Need,
  assumer: Assumer,
  { role }: { store: IamStore; role: RoleRecord },
  { accounts, region, onAsked }: AssumeRoleParts,
): boolean {
  const asked = {
    action: need.action,
    resource: need.resource,
    context: contextOf(need, callerOf(assumer), region, () => Object.fromEntries(role.tags)),
  };
  const trust = trustOf(statementsIn(role.trustPolicy), assumer, asked);
  if (assumer.kind !== 'session') return trust !== 'none';
  const { session } = assumer;
  const own = accounts.storeOf(session.accountId);
  const access = own === undefined ? undefined : accessOf(own, session, asked);
  const isDenied = access?.kind === 'denied' && access.because.startsWith('with');
  const isSameAccount = need.resource.split(':')[4] === session.accountId;
  const isAllowed =
    trust !== 'none' && !isDenied && (access?.kind === 'allowed' || (isSameAccount && trust === 'named'));
  const { roleArn, arn } = session;
  onAsked({
    roleArn,
    sessionArn: arn,
    action: need.action,
    resource: need.resource,
    verdict: isAllowed ? 'allowed' : 'denied',
  });
  return isAllowed;
}

function callerOf(assumer: Assumer): CallerFacts {
  switch (assumer.kind) {
    case 'session':
      return factsOf(assumer.session);
    case 'administrator':
      return { arn: assumer.arn, accountId: assumer.accountId, tags: {}, userId: undefined };
    case 'service':
      return { arn: '', accountId: '', tags: {}, userId: undefined };
  }
}

/** Tags of the role count as the session's, where the session has none of that key. */
function openSession(
  { sessions }: Accounts,
  { store, role }: { store: IamStore; role: RoleRecord },
  about: Pick<RoleSession, 'tags' | 'transitiveTagKeys' | 'policies'> & { name: string; seconds: number },
): RoleSession {
  const { name, seconds, tags, transitiveTagKeys, policies } = about;
  const accountId = store.account.id;
  return sessions.open(
    {
      accountId,
      roleName: role.name,
      roleArn: store.arnOf(role),
      arn: `arn:aws:sts::${accountId}:assumed-role/${role.name}/${name}`,
      userId: `${role.id}:${name}`,
      tags: { ...Object.fromEntries(role.tags), ...tags },
      transitiveTagKeys,
      policies,
    },
    seconds,
  );
}

function secondsOf(input: AssumeRoleRequest, role: RoleRecord, chained: RoleSession | undefined): number {
  const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
  if (chained !== undefined && seconds > CHAINED_MAX_SECONDS) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  if (seconds > role.maxSessionSeconds) {
    throw invalid('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return seconds;
}

function sessionPolicies(store: IamStore, input: AssumeRoleRequest): readonly Statement[] | undefined {
  if (input.Policy === undefined && input.PolicyArns === undefined) return undefined;
  return [
    ...(input.Policy === undefined ? [] : statementsIn(checkPolicy(input.Policy, 'permissions'))),
    ...(input.PolicyArns ?? []).flatMap(({ arn = '' }) => managed(store, arn)),
  ];
}

function pick(tags: Tags, keys: readonly string[]): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => keys.includes(key)));
}

const invalid = (message: string) => new AwsError('ValidationError', message);

/** The same whether the role exists or not. */
function denied(assumer: Assumer, action: string, roleArn = ''): AwsError {
  const who =
    assumer.kind === 'session' ? assumer.session.arn : assumer.kind === 'administrator' ? assumer.arn : assumer.name;
  return new AwsError('AccessDenied', `User: ${who} is not authorized to perform: ${action} on resource: ${roleArn}`, {
    status: 403,
  });
}
