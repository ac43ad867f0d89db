import type { CreateServiceCommandInput, Deployment, Service, ServiceConnectConfiguration } from '@aws-sdk/client-ecs';
import { CreateServiceCommand, DeleteServiceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { ServiceResource } from '../../assess/model.ts';
import type { Ensured, Observed, Owner, Resolved } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { hasCode, outcomeOf, says } from '../errors.ts';
import { foreignWhy, isOwned, lowerCaseTags, stableHash, withOwnerTags } from '../ownership.ts';
import { readService } from '../reads/services.ts';
import { seenTargetCounts } from '../routers/targetHealth.ts';
import { refuseForeign, type ResourceKind, type Tools } from './kind.ts';
import { serviceChanges } from './serviceChanges.ts';
import { STOPPED_TASKS_ACTIONS, whyTasksStop } from './stoppedTasks.ts';

/** How long a service that was just made may be MISSING (row E11). */
const MISSING_MS_MAX = 120_000;

/** What ECS says while another service of its own has not caught up: worth waiting for, and nothing else is. */
const NOT_YET = [
  /does not have an associated load balancer/i, // row E60
  /unable to assume role and validate the specified targetGroupArn/i, // row E13
  /unable to assume the service linked role/i, // row E13
  /unable to start a service that is still draining/i, // row E3
  /creation of service was not idempotent/i, // row E4: it exists; the next reading says whose it is
];

/** Green's ECS service, beside blue's. */
export const service: ResourceKind<ServiceResource> = {
  kind: 'service',
  actions: [
    'ecs:CreateService',
    'ecs:DeleteService',
    'ecs:DescribeServices',
    'ecs:TagResource',
    'ecs:UpdateService',
    'elasticloadbalancing:DescribeTargetHealth',
    ...STOPPED_TASKS_ACTIONS,
    'iam:PassRole',
    // ECS makes the Cloud Map services of Service Connect with its caller's rights.
    'servicediscovery:CreateService',
    'servicediscovery:GetNamespace',
  ],

  read,

  async ensure(tools, resource, owner, resolved) {
    const missing = missingRef(resource, resolved);
    if (missing !== undefined) return { outcome: 'waiting', why: `${missing} is not there yet` };
    const observed = await read(tools, resource, owner, resolved);
    switch (observed.status) {
      case 'foreign':
        return refuseForeign('ecs:CreateService', resource.id, observed.why);
      case 'ready':
        return { outcome: 'unchanged', arn: observed.arn };
      case 'waiting':
      case 'failed':
      case 'unknown':
        return { outcome: 'waiting', why: observed.why };
      case 'differs':
        await mend(tools.clients, resource, resolved);
        return { outcome: 'updated', arn: observed.arn };
      case 'absent':
        return create(tools, resource, owner, resolved);
    }
  },

  async remove(tools, resource, owner, resolved) {
    const observed = await read(tools, resource, owner, resolved);
    if (observed.status === 'absent' || observed.status === 'foreign') return { outcome: 'gone' };
    const found = await describe(tools.clients, resource);
    if (found?.status !== 'ACTIVE') return { outcome: 'waiting', why: 'why' in observed ? observed.why : 'draining' };
    try {
      await tools.clients.ecs.send(new DeleteServiceCommand({ ...namedIn(resource), force: true }));
    } catch (error) {
      if (hasCode(error, 'ServiceNotFoundException')) return { outcome: 'gone' };
      // Row E6.
      if (!says(error, 'cannot be stopped while deployments are active')) throw error;
      return { outcome: 'waiting', why: 'ECS does not stop it while a deployment is active' };
    }
    return { outcome: 'waiting', why: 'its tasks are stopping' };
  },
};

const namedIn = (resource: ServiceResource) => ({ cluster: resource.input.cluster, service: resource.name });

const unseenKey = (resource: ServiceResource): string => `${resource.input.cluster ?? ''}/${resource.name}`;

/** Gone is MISSING, and INACTIVE too, which stays describable for a while (row E1). */
async function describe(clients: AwsClients, resource: ServiceResource): Promise<Service | undefined> {
  const found = await readService(clients, resource.input.cluster, resource.name);
  return found === undefined || found.status === 'INACTIVE' ? undefined : found;
}

async function read(tools: Tools, resource: ServiceResource, owner: Owner, resolved: Resolved): Promise<Observed> {
  const found = await describe(tools.clients, resource);
  if (found === undefined) {
    const createdAt = tools.unseen.get(unseenKey(resource));
    if (createdAt !== undefined && tools.now() - createdAt < MISSING_MS_MAX) {
      return { status: 'waiting', why: 'it was just made, and ECS does not show it yet' };
    }
    return { status: 'absent' };
  }
  tools.unseen.delete(unseenKey(resource));
  const arn = found.serviceArn ?? '';
  if (!isOwned(found.tags, owner))
    return { status: 'foreign', arn, why: foreignWhy(`service ${resource.name}`, found.tags) };
  if (found.status === 'DRAINING') {
    return { status: 'waiting', arn, why: `the name is still draining: ${found.runningCount ?? 0} tasks run` };
  }
  const primary = found.deployments?.find((one) => one.status === 'PRIMARY');
  const changes = serviceChanges(resource, found, primary, resolved);
  if (changes.length > 0) return { status: 'differs', arn, why: changes.join(', ') };
  return rollout(tools.clients, resource, resolved, found, primary);
}

/** Our own "stable", since ECS's waiter takes too little for it (row K6): this deployment, completed, and served by its targets. */
async function rollout(
  clients: AwsClients,
  resource: ServiceResource,
  resolved: Resolved,
  found: Service,
  primary: Deployment | undefined,
): Promise<Observed> {
  const arn = found.serviceArn ?? '';
  const running = found.runningCount ?? 0;
  const desired = found.desiredCount ?? 0;
  const lastStop = () => whyTasksStop(clients, resource.input.cluster ?? '', resource.name);
  if (primary?.rolloutState === 'FAILED') {
    const reason = primary.rolloutStateReason ?? 'its deployment failed.';
    return { status: 'failed', arn, why: `${reason} ${await lastStop()}` };
  }
  if (primary?.rolloutState !== 'COMPLETED' || running !== desired || found.deployments?.length !== 1) {
    const reason = primary?.rolloutStateReason ?? 'no deployment yet';
    const stopped = (primary?.failedTasks ?? 0) > 0 ? ` ${await lastStop()}` : '';
    return { status: 'waiting', arn, why: `${running} of ${desired} tasks run: ${reason}${stopped}` };
  }
  for (const { targetGroup } of resource.loadBalancers) {
    const targetGroupArn = resolved.get(targetGroup.ref);
    if (targetGroupArn === undefined) return { status: 'waiting', arn, why: `${targetGroup.ref} is not there yet` };
    const targets = await seenTargetCounts(clients, targetGroupArn);
    if (targets.healthy < desired) {
      return { status: 'waiting', arn, why: `${targets.healthy} of ${desired} targets are healthy: ${targets.words}` };
    }
  }
  return { status: 'ready', arn, why: `${running} of ${desired} tasks run, one completed deployment` };
}

/** What others changed, as it was made. A count that is higher stays: green scales out by itself. */
async function mend(clients: AwsClients, resource: ServiceResource, resolved: Resolved): Promise<void> {
  const found = await describe(clients, resource);
  const wanted = resource.input.desiredCount;
  await clients.ecs.send(
    new UpdateServiceCommand({
      ...namedIn(resource),
      taskDefinition: resolved.get(resource.taskDefinition.ref),
      serviceConnectConfiguration: serviceConnectOf(resource, resolved),
      ...(wanted === undefined ? {} : { desiredCount: Math.max(wanted, found?.desiredCount ?? 0) }),
    }),
  );
}

const missingRef = (resource: ServiceResource, resolved: Resolved): string | undefined =>
  [
    resource.taskDefinition.ref,
    resource.serviceConnect.namespace.ref,
    ...resource.loadBalancers.map((one) => one.targetGroup.ref),
  ].find((ref) => !resolved.has(ref));

const serviceConnectOf = ({ serviceConnect }: ServiceResource, resolved: Resolved): ServiceConnectConfiguration => ({
  enabled: true,
  // The ARN: a name is matched on HttpName, which may be another (row S7).
  namespace: resolved.get(serviceConnect.namespace.ref),
  ...(serviceConnect.services.length === 0 ? {} : { services: serviceConnect.services }),
  ...(serviceConnect.logConfiguration === undefined ? {} : { logConfiguration: serviceConnect.logConfiguration }),
  ...(serviceConnect.accessLogConfiguration === undefined
    ? {}
    : { accessLogConfiguration: serviceConnect.accessLogConfiguration }),
});

async function create(tools: Tools, resource: ServiceResource, owner: Owner, resolved: Resolved): Promise<Ensured> {
  const input: CreateServiceCommandInput = {
    ...(resource.input as CreateServiceCommandInput),
    serviceName: resource.name,
    taskDefinition: resolved.get(resource.taskDefinition.ref),
    loadBalancers: resource.loadBalancers.map(({ targetGroup, containerName, containerPort }) => ({
      targetGroupArn: resolved.get(targetGroup.ref),
      containerName,
      containerPort,
    })),
    serviceConnectConfiguration: serviceConnectOf(resource, resolved),
    // Not filled in by the SDK, and it must survive a crash (row K8). At most 36 characters.
    clientToken: stableHash(owner.uid, resource.id),
    tags: lowerCaseTags(withOwnerTags(owner, resource.tags)),
  };
  // Before the answer, which may be lost.
  tools.unseen.set(unseenKey(resource), tools.now());
  try {
    const created = await tools.clients.ecs.send(new CreateServiceCommand(input));
    const arn = created.service?.serviceArn;
    return arn === undefined
      ? { outcome: 'waiting', why: 'ECS named no ARN; it is read again' }
      : { outcome: 'created', arn };
  } catch (error) {
    if (outcomeOf(error) === 'fail') tools.unseen.delete(unseenKey(resource));
    const notYet = NOT_YET.some((text) => says(error, text)) || hasCode(error, 'NamespaceNotFoundException');
    if (!notYet) throw error;
    return { outcome: 'waiting', why: `ECS does not take it yet: ${(error as Error).message}` };
  }
}
