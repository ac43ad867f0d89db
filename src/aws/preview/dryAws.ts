import type { ScalableTarget } from '@aws-sdk/client-application-auto-scaling';
import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Estate } from '../../estate/model.ts';
import { lastPart } from '../../estate/order.ts';
import { listenerArnOf } from '../../assess/entries.ts';
import { isRecord } from '../../plan/json.ts';
import type { Owner } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { tagRecord, upperCaseTags, withOwnerTags } from '../ownership.ts';

/** A mutating call as it would be sent. */
export interface DryCall {
  /** `ecs:CreateService`. */
  api: string;
  input: Record<string, unknown>;
  /** What it changes, as it is until then; `undefined` for what does not exist. */
  before: unknown;
}

/** What AWS gives its own name to is named so until then. */
const UNNAMED = '<id>';

const READS = /^(Describe|List|Get)/;

/** What is handed to the SDK's `send`, as far as it is looked at. A bundler may give its class another name, its schema never. */
interface Command {
  input: object;
  /** `[9, 'com.amazonaws.ecs', 'CreateService', …]`. */
  schema: readonly unknown[];
}

const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined);

type Answers = Readonly<Record<string, (input: Record<string, unknown>) => unknown>>;

/**
 * Clients in front of no AWS: what is asked is answered from the estate, as of an AWS in which nothing is in the way and
 * everything is done at once; what would change something is noted down, and from then on it is so. Whatever else is asked throws, so
 * that no acting half reads what is not there unnoticed.
 */
export function createDryAws(estate: Estate, owner: Owner): { clients: AwsClients; calls: DryCall[] } {
  const calls: DryCall[] = [];
  const { account, region } = estate.caller;
  const [, partition = 'aws'] = estate.cluster.arn.split(':');
  const arn = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`;

  const services = new Map<
    unknown,
    { status: string; desiredCount: number; createdAt?: Date; [member: string]: unknown }
  >(
    estate.services.map(({ name, service }) => [
      name,
      {
        serviceName: name,
        status: 'ACTIVE',
        desiredCount: service.desiredCount ?? 0,
        availabilityZoneRebalancing: service.availabilityZoneRebalancing,
        runningCount: service.runningCount ?? 0,
        tags: service.tags,
        deployments: service.deployments,
        deploymentConfiguration: service.deploymentConfiguration,
        ...(service.createdAt === undefined ? {} : { createdAt: new Date(service.createdAt) }),
      },
    ]),
  );
  const targets = new Map<unknown, ScalableTarget>(
    estate.services.flatMap(({ scaling }) =>
      scaling === undefined ? [] : [[scaling.target.ResourceId, scaling.target as unknown as ScalableTarget]],
    ),
  );
  const namespaces: { Name: unknown; Type: string; Id: string; Arn: string }[] = [];
  const ruleActions = new Map<unknown, Action[]>(estate.rules.map((rule) => [rule.RuleArn, rule.Actions ?? []]));
  const listenerActions = new Map<unknown, Action[]>(
    estate.listeners.map((one) => [one.ListenerArn, one.DefaultActions ?? []]),
  );
  const madeRules = new Map<unknown, { RuleArn: string; Priority: string }[]>();
  const ruleTags = new Map<unknown, unknown>();
  const serviceNamed = (name: unknown) => services.get(typeof name === 'string' ? lastPart(name) : name);

  const ecs: Answers = {
    ListTaskDefinitions: () => ({ taskDefinitionArns: [] }),
    RegisterTaskDefinition: ({ family }) => ({
      taskDefinition: { taskDefinitionArn: arn('ecs', `task-definition/${String(family)}:<revision>`) },
    }),
    DescribeServices: (input) => {
      const found = serviceNamed(first(input['services']));
      return { services: found === undefined ? [] : [found] };
    },
    CreateService: (input) => {
      const { serviceName, desiredCount, tags } = input;
      const count = typeof desiredCount === 'number' ? desiredCount : 0;
      const deployments = [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }];
      const { deploymentConfiguration } = input;
      services.set(serviceName, {
        serviceName,
        status: 'ACTIVE',
        desiredCount: count,
        runningCount: count,
        tags,
        deployments,
        deploymentConfiguration,
      });
      return { service: { serviceArn: arn('ecs', `service/${estate.cluster.name}/${String(serviceName)}`) } };
    },
    UpdateService: ({ service, desiredCount, ...others }) => {
      const found = serviceNamed(service);
      if (found === undefined) return {};
      if (typeof desiredCount === 'number') found.desiredCount = desiredCount;
      const kept = ['serviceRegistries', 'deploymentConfiguration', 'availabilityZoneRebalancing'];
      Object.assign(found, Object.fromEntries(Object.entries(others).filter(([name]) => kept.includes(name))));
      return {};
    },
    DeleteService: ({ service }) => {
      services.delete(service);
      return {};
    },
  };
  const elasticloadbalancing: Answers = {
    DescribeTargetGroups: () => {
      throw Object.assign(new Error('nothing of that name exists'), { name: 'TargetGroupNotFoundException' });
    },
    CreateTargetGroup: ({ Name }) => ({
      TargetGroups: [{ TargetGroupArn: arn('elasticloadbalancing', `targetgroup/${String(Name)}/${UNNAMED}`) }],
    }),
    ModifyTargetGroupAttributes: () => ({}),
    DescribeTargetHealth: () => ({ TargetHealthDescriptions: [{ TargetHealth: { State: 'healthy' } }] }),
    DescribeRules: ({ RuleArns, ListenerArn }) =>
      ListenerArn === undefined
        ? { Rules: [{ Actions: ruleActions.get(first(RuleArns)) }] }
        : {
            Rules: [
              ...estate.rules.filter((rule) => listenerArnOf(rule) === ListenerArn),
              ...(madeRules.get(ListenerArn) ?? []),
            ],
          },
    CreateRule: ({ ListenerArn, Priority, Tags, ...members }) => {
      const siblings = madeRules.get(ListenerArn) ?? [];
      const RuleArn = `${String(ListenerArn).replace(':listener/', ':listener-rule/')}/${UNNAMED}${siblings.length === 0 ? '' : siblings.length + 1}`;
      const made = { ...members, RuleArn, Priority: String(Priority) };
      madeRules.set(ListenerArn, [...siblings, made]);
      ruleTags.set(RuleArn, Tags);
      return { Rules: [made] };
    },
    DescribeTags: ({ ResourceArns }) => ({
      TagDescriptions: (ResourceArns as unknown[]).map((ResourceArn) => ({
        ResourceArn,
        Tags: ruleTags.get(ResourceArn),
      })),
    }),
    DeleteRule: ({ RuleArn }) => {
      for (const [listenerArn, made] of madeRules) {
        madeRules.set(
          listenerArn,
          made.filter((one) => one.RuleArn !== RuleArn),
        );
      }
      return {};
    },
    DescribeListeners: ({ ListenerArns }) => ({
      Listeners: [{ DefaultActions: listenerActions.get(first(ListenerArns)) }],
    }),
    ModifyRule: ({ RuleArn, Actions }) => void ruleActions.set(RuleArn, Actions as Action[]),
    ModifyListener: ({ ListenerArn, DefaultActions }) =>
      void listenerActions.set(ListenerArn, DefaultActions as Action[]),
  };
  const servicediscovery: Answers = {
    ListNamespaces: () => ({ Namespaces: namespaces }),
    ListTagsForResource: () => ({ Tags: upperCaseTags(withOwnerTags(owner)) }),
    CreateHttpNamespace: ({ Name }) => {
      const Id = `<id of ${String(Name)}>`;
      namespaces.push({ Name, Type: 'HTTP', Id, Arn: arn('servicediscovery', `namespace/${Id}`) });
      return { OperationId: UNNAMED };
    },
    GetOperation: () => ({ Operation: { Status: 'SUCCESS' } }),
  };
  const autoscaling: Answers = {
    DescribeScalableTargets: ({ ResourceIds }) => {
      const found = targets.get(first(ResourceIds));
      return { ScalableTargets: found === undefined ? [] : [found] };
    },
    DescribeScalingPolicies: () => ({ ScalingPolicies: [] }),
    DescribeScheduledActions: () => ({ ScheduledActions: [] }),
    ListTagsForResource: () => ({ Tags: tagRecord(owner) }),
    // Members that are not sent stay as they are (row P2).
    RegisterScalableTarget: ({ ResourceId, ...members }) => {
      const before = targets.get(ResourceId);
      const SuspendedState = { ...before?.SuspendedState, ...(members['SuspendedState'] as object) };
      targets.set(ResourceId, { ...before, ResourceId, ...members, SuspendedState } as ScalableTarget);
      return {};
    },
    PutScalingPolicy: () => ({}),
    PutScheduledAction: () => ({}),
    DeregisterScalableTarget: ({ ResourceId }) => targets.delete(ResourceId),
  };

  const alarms = new Map<unknown, object>();
  const cloudwatch: Answers = {
    DescribeAlarms: ({ AlarmNames }) => {
      const found = alarms.get(first(AlarmNames));
      return { MetricAlarms: found === undefined ? [] : [found] };
    },
    ListTagsForResource: () => ({ Tags: upperCaseTags(withOwnerTags(owner)) }),
    PutMetricAlarm: (input) =>
      void alarms.set(input['AlarmName'], {
        ...input,
        AlarmArn: arn('cloudwatch', `alarm:${String(input['AlarmName'])}`),
      }),
    DeleteAlarms: ({ AlarmNames }) => alarms.delete(first(AlarmNames)),
  };

  function beforeOf(input: Record<string, unknown>): unknown {
    if ('RuleArn' in input) return ruleActions.get(input['RuleArn']);
    if ('ListenerArn' in input && !('Priority' in input)) return listenerActions.get(input['ListenerArn']);
    if ('PolicyName' in input || 'ScheduledActionName' in input) return undefined;
    if ('ResourceId' in input) return targets.get(input['ResourceId']);
    return 'service' in input ? serviceNamed(input['service']) : undefined;
  }

  const client = (prefix: string, answers: Answers | undefined) => ({
    send: (command: Command): Promise<unknown> => {
      const operation = String(command.schema[2]);
      const input = isRecord(command.input) ? command.input : {};
      const answer = answers === undefined && !READS.test(operation) ? () => ({}) : answers?.[operation];
      if (answer === undefined)
        return Promise.reject(new TypeError(`the preview does not answer ${prefix}:${operation}`));
      if (!READS.test(operation)) {
        const before: unknown = structuredClone(beforeOf(input));
        calls.push({ api: `${prefix}:${operation}`, input: structuredClone(input), before });
      }
      return Promise.resolve().then(() => answer(input) ?? {});
    },
  });
  // Of an SDK client nothing but `send` is ever used by an acting half.
  const clients = {
    region,
    ecs: client('ecs', ecs),
    elbv2: client('elasticloadbalancing', elasticloadbalancing),
    serviceDiscovery: client('servicediscovery', servicediscovery),
    autoScaling: client('application-autoscaling', autoscaling),
    cloudWatch: client('cloudwatch', cloudwatch),
    // Everything that is asked of it deletes.
    appMesh: () => Promise.resolve(client('appmesh', undefined)),
  } as unknown as AwsClients;
  return { clients, calls };
}
