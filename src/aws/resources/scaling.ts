import type { ScalableTarget, ScalingPolicy, ScheduledAction } from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteScalingPolicyCommand,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
  ListTagsForResourceCommand,
  PutScalingPolicyCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { UID_TAG } from '../../assess/maker.ts';
import type { ScalingResource } from '../../assess/model.ts';
import { canonicalJson } from '../../plan/canonical.ts';
import { fail, pass, wait, type Verdict } from '../../plan/verdict.ts';
import { AwsCallError, type Ensured, type Observed, type Owner, type Resolved } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode } from '../errors.ts';
import { foreignWhy, isOwned, tagRecord } from '../ownership.ts';
import { everyPage } from '../pages.ts';
import { ASLEEP, desiredCountOf, findScalableTarget, flagsOf, isAsleep, targetKey } from '../scalableTargets.ts';
import { changed } from './changes.ts';
import { refuseForeign, type ResourceKind } from './kind.ts';
import { policyFor, type PolicyInput, scheduledActionFor, type ScheduledActionInput } from './scalingCopy.ts';

/**
 * Green's scaling: blue's target, policies and scheduled actions under green's name (row P1), rewritten to watch green (row P7).
 * Scale-in is suspended until the soak has ended; {@link releaseScaling} ends that.
 */
export const scaling: ResourceKind<ScalingResource> = {
  kind: 'scaling',
  actions: [
    'application-autoscaling:DeleteScalingPolicy',
    'application-autoscaling:DeleteScheduledAction',
    'application-autoscaling:DeregisterScalableTarget',
    'application-autoscaling:DescribeScalableTargets',
    'application-autoscaling:DescribeScalingPolicies',
    'application-autoscaling:DescribeScheduledActions',
    'application-autoscaling:ListTagsForResource',
    'application-autoscaling:PutScalingPolicy',
    'application-autoscaling:PutScheduledAction',
    'application-autoscaling:RegisterScalableTarget',
    'application-autoscaling:TagResource',
    'ecs:DescribeServices',
    // AWS makes the alarms of target tracking, and moves the count, with its caller's rights at first.
    'cloudwatch:DeleteAlarms',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:PutMetricAlarm',
    'ecs:UpdateService',
    'iam:CreateServiceLinkedRole',
  ],

  read: async ({ clients }, resource, owner, resolved) => (await look(clients, resource, owner, resolved)).observed,

  async ensure({ clients }, resource, owner, resolved) {
    const missing = resource.targetGroups.find(({ green }) => !resolved.has(green.ref));
    if (missing !== undefined) return { outcome: 'waiting', why: `${missing.green.ref} is not there yet` };
    const { observed, policies, scheduledActions } = await look(clients, resource, owner, resolved);
    if (observed.status === 'foreign') {
      return refuseForeign('application-autoscaling:RegisterScalableTarget', resource.id, observed.why);
    }
    if (observed.status === 'ready') return { outcome: 'unchanged', arn: observed.arn };
    return make(clients, resource, owner, observed.status === 'absent', policies, scheduledActions);
  },

  async remove({ clients }, resource, owner) {
    const target = await findScalableTarget(clients, resource.resourceId);
    if (target === undefined || !(await ownedTarget(clients, target, owner)).owned) return { outcome: 'gone' };
    const key = targetKey(resource.resourceId);
    for (const { PolicyName } of await policiesOf(clients, resource.resourceId)) {
      await tolerateGone(() => clients.autoScaling.send(new DeleteScalingPolicyCommand({ ...key, PolicyName })));
    }
    for (const { ScheduledActionName } of await scheduledActionsOf(clients, resource.resourceId)) {
      await tolerateGone(() =>
        clients.autoScaling.send(new DeleteScheduledActionCommand({ ...key, ScheduledActionName })),
      );
    }
    await tolerateGone(() => clients.autoScaling.send(new DeregisterScalableTargetCommand(key)));
    return { outcome: 'gone' };
  },
};

/** Green's flags as they are from provision to the end of the soak. */
const frozenFlags = (resource: ScalingResource) => ({
  ...flagsOf(resource.blue.target.SuspendedState),
  DynamicScalingInSuspended: true,
});

const flagChanges = (wanted: ReturnType<typeof flagsOf>, found: ReturnType<typeof flagsOf>): string[] => [
  ...changed('DynamicScalingInSuspended', wanted.DynamicScalingInSuspended, found.DynamicScalingInSuspended),
  ...changed('DynamicScalingOutSuspended', wanted.DynamicScalingOutSuspended, found.DynamicScalingOutSuspended),
  ...changed('ScheduledScalingSuspended', wanted.ScheduledScalingSuspended, found.ScheduledScalingSuspended),
];

const refuse = (code: string, what: string): AwsCallError =>
  new AwsCallError('application-autoscaling:RegisterScalableTarget', code, 'conflict', `${what}. Nothing was changed.`);

/** The end of the soak: green's flags become what blue's were. Throws when the target is gone or not Meshlift's. */
export async function releaseScaling(clients: AwsClients, resource: ScalingResource): Promise<void> {
  const target = await findScalableTarget(clients, resource.resourceId);
  if (target === undefined)
    throw refuse('ScalableTargetGone', `${resource.resourceId} has no scalable target any more`);
  const wanted = flagsOf(resource.blue.target.SuspendedState);
  if (canonicalJson(flagsOf(target.SuspendedState)) === canonicalJson(wanted)) return;
  const tags = await tagsOf(clients, target);
  if (!tags.some(({ key }) => key === UID_TAG)) {
    throw refuse('NotOurs', foreignWhy(`the scalable target of ${resource.resourceId}`, tags));
  }
  // Row P2: the call itself would stop tasks that carry traffic.
  const desired = (await desiredCountOf(clients, resource.resourceId)) ?? 0;
  const max = target.MaxCapacity ?? Number.POSITIVE_INFINITY;
  if (desired > max) {
    throw refuse(
      'DesiredCountOutOfRange',
      `${resource.resourceId} has a desired count of ${desired}, above its scaling's maximum ${max}: letting it scale in would make AWS stop tasks. Raise the maximum, or lower the count`,
    );
  }
  await clients.autoScaling.send(
    new RegisterScalableTargetCommand({ ...targetKey(resource.resourceId), SuspendedState: wanted }),
  );
}

export async function scalingReleased(clients: AwsClients, resource: ScalingResource): Promise<Verdict> {
  const target = await findScalableTarget(clients, resource.resourceId);
  if (target === undefined) return fail(`${resource.resourceId} has no scalable target any more`);
  const same =
    canonicalJson(flagsOf(target.SuspendedState)) === canonicalJson(flagsOf(resource.blue.target.SuspendedState));
  return same
    ? pass(`${resource.resourceId} scales by itself`)
    : wait(`${resource.resourceId} is still kept from scaling in`);
}

interface Looked {
  observed: Observed;
  /** What is not there as it should be. */
  policies: PolicyInput[];
  scheduledActions: ScheduledActionInput[];
}

async function look(clients: AwsClients, resource: ScalingResource, owner: Owner, resolved: Resolved): Promise<Looked> {
  const wantedPolicies = resource.blue.policies.map((policy) => policyFor(resource, policy, resolved));
  const wantedActions = resource.blue.scheduledActions.map(scheduledActionFor);
  const target = await findScalableTarget(clients, resource.resourceId);
  const all = { policies: wantedPolicies, scheduledActions: wantedActions };
  if (target === undefined) return { observed: { status: 'absent' }, ...all };
  const arn = target.ScalableTargetARN ?? resource.resourceId;
  const { owned, why } = await ownedTarget(clients, target, owner);
  if (!owned) return { observed: { status: 'foreign', arn, why }, ...all };

  const policies = await policiesOf(clients, resource.resourceId);
  const scheduled = await scheduledActionsOf(clients, resource.resourceId);
  const todo = {
    policies: wantedPolicies.filter((wanted) => !policies.some((one) => isLike(wanted, one))),
    scheduledActions: wantedActions.filter((wanted) => !scheduled.some((one) => isLike(wanted, one))),
  };
  const isSleeping = resource.sleeps === true && isAsleep(target);
  const differences = [
    ...(isSleeping ? [] : flagChanges(frozenFlags(resource), flagsOf(target.SuspendedState))),
    // Its own schedule moves them, as blue's moves blue's.
    ...(wantedActions.length > 0 || isSleeping
      ? []
      : [
          ...changed('minimum', resource.blue.target.MinCapacity, target.MinCapacity),
          ...changed('maximum', resource.blue.target.MaxCapacity, target.MaxCapacity),
        ]),
    ...todo.policies.map((one) => `policy ${one.PolicyName} is not as blue's`),
    ...todo.scheduledActions.map((one) => `scheduled action ${one.ScheduledActionName} is not as blue's`),
  ];
  const observed: Observed =
    differences.length === 0
      ? {
          status: 'ready',
          arn,
          why: isSleeping
            ? 'registered, with a minimum of 0 and every flag suspended'
            : 'registered, scale-in suspended',
        }
      : { status: 'differs', arn, why: differences.join(', ') };
  return { observed, ...todo };
}

/** Whether `one` has every member that is wanted; AWS adds ARNs, alarms and times of its own. */
const isLike = (wanted: object, one: object): boolean => {
  const members = one as Record<string, unknown>;
  return Object.entries(wanted).every(([name, value]) => canonicalJson(members[name]) === canonicalJson(value));
};

async function make(
  clients: AwsClients,
  resource: ScalingResource,
  owner: Owner,
  isNew: boolean,
  policies: readonly PolicyInput[],
  scheduledActions: readonly ScheduledActionInput[],
): Promise<Ensured> {
  const key = targetKey(resource.resourceId);
  // Without tasks it sleeps: a minimum above the count would start them (row P2).
  const sleeps = resource.sleeps === true && ((await desiredCountOf(clients, resource.resourceId)) ?? 0) === 0;
  try {
    const { ScalableTargetARN } = await clients.autoScaling.send(
      new RegisterScalableTargetCommand({
        ...key,
        MinCapacity: resource.blue.target.MinCapacity,
        MaxCapacity: resource.blue.target.MaxCapacity,
        SuspendedState: frozenFlags(resource),
        ...(sleeps ? ASLEEP : {}),
        // Tags are taken at creation only.
        ...(isNew ? { Tags: tagRecord(owner) } : {}),
      }),
    );
    for (const policy of policies) await clients.autoScaling.send(new PutScalingPolicyCommand({ ...key, ...policy }));
    for (const action of scheduledActions) {
      await clients.autoScaling.send(new PutScheduledActionCommand({ ...key, ...action }));
    }
    return { outcome: isNew ? 'created' : 'updated', arn: ScalableTargetARN ?? resource.resourceId };
  } catch (error) {
    // Auto Scaling has not caught up with itself, or someone changes it at the same time (row P8).
    if (!hasCode(error, 'ObjectNotFoundException', 'ConcurrentUpdateException')) throw error;
    return { outcome: 'waiting', why: `Auto Scaling does not take it yet: ${(error as Error).message}` };
  }
}

async function tagsOf(clients: AwsClients, target: ScalableTarget): Promise<{ key: string; value: string }[]> {
  const ask = async () => {
    const { Tags = {} } = await clients.autoScaling.send(
      new ListTagsForResourceCommand({ ResourceARN: target.ScalableTargetARN }),
    );
    return Tags;
  };
  const api = 'application-autoscaling:ListTagsForResource';
  const Tags = await (clients.reader?.oneByOne(api, target.ScalableTargetARN ?? '', ask) ?? ask());
  return Object.entries(Tags).map(([key, value]) => ({ key, value }));
}

async function ownedTarget(
  clients: AwsClients,
  target: ScalableTarget,
  owner: Owner,
): Promise<{ owned: boolean; why: string }> {
  const tags = await tagsOf(clients, target);
  return { owned: isOwned(tags, owner), why: foreignWhy(`the scalable target of ${target.ResourceId ?? ''}`, tags) };
}

function policiesOf(clients: AwsClients, resourceId: string): Promise<ScalingPolicy[]> {
  const ask = () =>
    everyPage(async (NextToken) => {
      const page = await clients.autoScaling.send(
        new DescribeScalingPoliciesCommand({ ...targetKey(resourceId), NextToken }),
      );
      return { items: page.ScalingPolicies?.filter(isOf(resourceId)), next: page.NextToken };
    });
  return clients.reader?.oneByOne('application-autoscaling:DescribeScalingPolicies', resourceId, ask) ?? ask();
}

function scheduledActionsOf(clients: AwsClients, resourceId: string): Promise<ScheduledAction[]> {
  const ask = () =>
    everyPage(async (NextToken) => {
      const page = await clients.autoScaling.send(
        new DescribeScheduledActionsCommand({ ...targetKey(resourceId), NextToken }),
      );
      return { items: page.ScheduledActions?.filter(isOf(resourceId)), next: page.NextToken };
    });
  return clients.reader?.oneByOne('application-autoscaling:DescribeScheduledActions', resourceId, ask) ?? ask();
}

/** What is of one target: a server may take the ids for a part of them. */
const isOf =
  (resourceId: string) =>
  ({ ResourceId }: { ResourceId?: string | undefined }): boolean =>
    ResourceId === resourceId;

async function tolerateGone(call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!hasCode(error, 'ObjectNotFoundException')) throw error;
  }
}
