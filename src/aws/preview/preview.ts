import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Stack } from '../../assess/model.ts';
import type { Estate } from '../../estate/model.ts';
import { isRecord } from '../../plan/json.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { changesBetween, namedBy, type FieldChange } from './changes.ts';
import { previewCalls, type PreviewCall, type PreviewPhase } from './previewCalls.ts';

/** One mutating call, for a person. */
export interface PreviewStep {
  phase: PreviewPhase;
  /** `=`: written back as it is, which proves the way back. */
  sign: '+' | '~' | '-' | '=';
  kind: 'add' | 'change' | 'weight' | 'remove' | 'proof';
  /** `target group frontend-sc`. */
  what: string;
  /** What the fields of something new are held against: `service frontend`. */
  like?: string;
  api: string;
  input: Record<string, unknown>;
  changes: FieldChange[];
}

export interface Preview {
  steps: PreviewStep[];
  add: number;
  change: number;
  weightChanges: number;
  remove: number;
}

/** Every mutating call of a plan that nothing disturbs, with before and after of each field that it changes. */
export async function preview(plan: string, spec: PlanSpec, estate: Estate, stack: Stack): Promise<Preview> {
  const calls = await previewCalls(plan, spec, estate, stack);
  const steps = calls.map((call) => stepOf(call, estate, stack));
  const count = (kind: PreviewStep['kind']): number => steps.filter((step) => step.kind === kind).length;
  return { steps, add: count('add'), change: count('change'), weightChanges: count('weight'), remove: count('remove') };
}

function stepOf(call: PreviewCall, estate: Estate, stack: Stack): PreviewStep {
  const { phase, api, input, before } = call;
  const base = { phase, api, input };
  const text = (member: string): string => String(input[member]);
  const operation = api.slice(api.indexOf(':') + 1);
  if (operation === 'ModifyRule' || operation === 'ModifyListener') return { ...base, ...rule(call, estate) };
  if (operation.startsWith('De') && !operation.startsWith('Describe')) {
    return { ...base, sign: '-', kind: 'remove', what: removed(operation, input), changes: [] };
  }
  const made = (what: string, twin: Twin | undefined): PreviewStep => ({
    ...base,
    sign: '+',
    kind: 'add',
    what,
    ...(twin === undefined ? {} : { like: twin.what }),
    changes: changesBetween(twin === undefined ? {} : twin.fields, input),
  });
  const changed = (what: string, fields: unknown, ignored: readonly string[]): PreviewStep => ({
    ...base,
    sign: '~',
    kind: 'change',
    what,
    changes: changesBetween(without(namedBy(input, fields), ignored), without(input, ignored)),
  });
  switch (operation) {
    case 'CreateHttpNamespace':
      return made(`namespace ${text('Name')}`, undefined);
    case 'CreateTargetGroup':
      return made(`target group ${text('Name')}`, twinOf(call, estate, stack));
    case 'ModifyTargetGroupAttributes':
      return { ...changed(`attributes of ${lastName(text('TargetGroupArn'))}`, {}, ['TargetGroupArn']) };
    case 'RegisterTaskDefinition':
      return made(`task definition ${text('family')}`, twinOf(call, estate, stack));
    case 'CreateService':
      return made(`service ${text('serviceName')}`, twinOf(call, estate, stack));
    case 'UpdateService':
      return changed(`service ${text('service')}`, before, ['cluster', 'service']);
    case 'RegisterScalableTarget':
      return before === undefined
        ? made(`scalable target ${text('ResourceId')}`, twinOf(call, estate, stack))
        : changed(`scalable target ${text('ResourceId')}`, before, TARGET_KEY);
    case 'CreateRule':
      return made(`rule for probes of ${placeOf(text('ListenerArn'))}`, undefined);
    case 'PutMetricAlarm':
      return made(`alarm ${text('AlarmName')}`, undefined);
    case 'PutScalingPolicy':
      return made(`scaling policy ${text('PolicyName')} of ${text('ResourceId')}`, twinOf(call, estate, stack));
    case 'PutScheduledAction':
      return made(
        `scheduled action ${text('ScheduledActionName')} of ${text('ResourceId')}`,
        twinOf(call, estate, stack),
      );
    default:
      throw new TypeError(`the preview has no words for ${api}`);
  }
}

const TARGET_KEY = ['ServiceNamespace', 'ResourceId', 'ScalableDimension'] as const;

const lastName = (targetGroupArn: string): string => `target group ${targetGroupArn.split('/').at(-2) ?? ''}`;

/** Members of what there is, by name. */
function picked(fields: unknown, names: readonly string[]): Record<string, unknown> {
  const source = isRecord(fields) ? fields : {};
  return Object.fromEntries(names.filter((name) => source[name] !== undefined).map((name) => [name, source[name]]));
}

const without = (input: unknown, ignored: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(isRecord(input) ? input : {}).filter(
      ([name, value]) => !ignored.includes(name) && value !== undefined,
    ),
  );

/** `app/shop/9683…`: the load balancer and the rule's or the listener's own id. */
const placeOf = (arn: string): string => {
  const [kind = '', , loadBalancer = '', ...ids] = arn.slice(arn.lastIndexOf(':') + 1).split('/');
  return `${kind === 'listener' ? 'listener' : 'rule'} ${loadBalancer}/${ids.at(-1) ?? ''}`;
};

function rule({ phase, input, before }: PreviewCall, estate: Estate): Omit<PreviewStep, 'phase' | 'api' | 'input'> {
  const what = placeOf(String(input['RuleArn'] ?? input['ListenerArn']));
  const after = (input['Actions'] ?? input['DefaultActions']) as Action[];
  if (phase === 'inventory') return { sign: '=', kind: 'proof', what, changes: [] };
  const isBlue = (arn: string): boolean =>
    estate.services.some((one) => one.targetGroups.some(({ targetGroup }) => targetGroup.TargetGroupArn === arn));
  const [old, next] = [sharesOf(before as Action[], isBlue), sharesOf(after, isBlue)];
  return {
    sign: '~',
    kind: 'weight',
    what,
    changes: (['blue', 'green'] as const).map((side) => ({ path: side, before: old[side], after: next[side] })),
  };
}

/** What each side gets, percent. `undefined` for a side that the actions do not name. */
function sharesOf(
  actions: readonly Action[],
  isBlue: (arn: string) => boolean,
): Record<'blue' | 'green', number | undefined> {
  const groups = actions.flatMap(
    ({ ForwardConfig, TargetGroupArn }) =>
      ForwardConfig?.TargetGroups ?? (TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }]),
  );
  const total = groups.reduce((sum, { Weight }) => sum + (groups.length === 1 ? 1 : (Weight ?? 0)), 0);
  const share = (wanted: boolean): number | undefined => {
    const own = groups.filter(({ TargetGroupArn }) => isBlue(TargetGroupArn ?? '') === wanted);
    const weight = own.reduce((sum, { Weight }) => sum + (groups.length === 1 ? 1 : (Weight ?? 0)), 0);
    return own.length === 0 ? undefined : Math.round((weight / (total || 1)) * 100);
  };
  return { blue: share(true), green: share(false) };
}

/** `virtual node frontend-vn`, `service frontend`. */
function removed(operation: string, input: Record<string, unknown>): string {
  if (operation === 'DeleteService') return `service ${String(input['service'])}`;
  if (operation === 'DeregisterScalableTarget') return `scalable target ${String(input['ResourceId'])}`;
  if (operation === 'DeleteRule') return `rule for probes ${placeOf(String(input['RuleArn']))}`;
  if (operation === 'DeleteAlarms') return `alarm ${String(input['AlarmNames'])}`;
  const kind = operation.replace(/^Delete/, '');
  const member = `${kind.charAt(0).toLowerCase()}${kind.slice(1)}Name`;
  const words = kind.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();
  return `${words} ${String(input[member])}`;
}

interface Twin {
  what: string;
  fields: unknown;
}

/** What of blue's a green object is made after, with the fields that green's call names too, or leaves out. */
function twinOf({ api, input }: PreviewCall, estate: Estate, stack: Stack): Twin | undefined {
  const names = Object.keys(input);
  for (const resource of stack.resources) {
    const blue = estate.services.find((one) => one.name === resource.blueService);
    if (blue === undefined) continue;
    switch (resource.kind) {
      case 'taskDefinition':
        if (api !== 'ecs:RegisterTaskDefinition' || resource.input.family !== input['family']) break;
        return {
          what: `task definition ${blue.taskDefinition.family ?? ''}:${blue.taskDefinition.revision ?? ''}`,
          fields: {
            ...picked(blue.taskDefinition, [...names, 'proxyConfiguration', 'inferenceAccelerators']),
            tags: blue.taskDefinitionTags,
          },
        };
      case 'service':
        if (api !== 'ecs:CreateService' || resource.name !== input['serviceName']) break;
        return {
          what: `service ${blue.name}`,
          fields: { cluster: blue.service.clusterArn, ...picked(blue.service, [...names, 'serviceRegistries']) },
        };
      case 'targetGroup': {
        if (api !== 'elasticloadbalancing:CreateTargetGroup' || resource.input.Name !== input['Name']) break;
        const rules = stack.resources.flatMap((one) => (one.kind === 'rule' ? [one] : []));
        const arn = rules.find((one) => one.greenTargetGroup.ref === resource.id)?.blueTargetGroupArn;
        const group = blue.targetGroups.find((one) => one.targetGroup.TargetGroupArn === arn)?.targetGroup;
        return { what: `target group ${group?.TargetGroupName ?? ''}`, fields: picked(group, names) };
      }
      case 'scaling': {
        if (!api.startsWith('application-autoscaling:') || resource.resourceId !== input['ResourceId']) break;
        const { target, policies, scheduledActions } = resource.blue;
        const fields =
          policies.find((one) => 'PolicyName' in input && one.PolicyName === input['PolicyName']) ??
          scheduledActions.find((one) => one.ScheduledActionName === input['ScheduledActionName']) ??
          target;
        return { what: `that of ${target.ResourceId ?? ''}`, fields: picked(fields, names) };
      }
      case 'namespace':
      case 'rule':
      case 'probeRule':
      case 'scalingFreeze':
      case 'rebalancingFreeze':
      case 'alarm':
      case 'sharedService':
      case 'sharedNamespace':
        break;
    }
  }
  return undefined;
}
