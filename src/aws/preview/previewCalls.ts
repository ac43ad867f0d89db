import type { RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { REHEARSED_WEIGHT } from '../../machines/rehearsal.ts';
import type { RuleResource, ScalingResource, Stack } from '../../assess/model.ts';
import { isShared } from '../../assess/shared/shared.ts';
import type { Estate } from '../../estate/model.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { turnTakers } from '../../plan/turns.ts';
import type { Owner } from '../../reconciler/ports.ts';
import { retainedFreezesOf } from '../../reconciler/run.ts';
import { HASH_TAG } from '../ownership.ts';
import { PROBE_HEADER } from '../probes/rule.ts';
import { createGreenRegistries } from '../registries.ts';
import { createResourceActor } from '../resources/index.ts';
import { releaseScaling } from '../resources/scaling.ts';
import { createBlueRetirement } from '../retirement.ts';
import { createAlbRouter } from '../routers/alb.ts';
import { createTurnTaking } from '../turns.ts';
import { createDryAws, type DryCall } from './dryAws.ts';

/** The user's word for when a call is made. */
export type PreviewPhase = 'inventory' | 'provision' | 'ramp' | 'retire';

export interface PreviewCall extends DryCall {
  phase: PreviewPhase;
  /** Of a call that shifts: green's share that it writes, percent. `undefined` for any other. */
  greenWeight: number | undefined;
}

/**
 * Every mutating AWS call of a plan that nothing disturbs, in order, with its input as it will be sent: the operator's own acting
 * halves are run on the stack in front of no AWS. Ids that AWS makes, and tokens that are made of the plan's uid, are known
 * at run time only and stand in angle brackets. Of resources that do not wait for each other the order may be another.
 */
export async function previewCalls(plan: string, spec: PlanSpec, estate: Estate, stack: Stack): Promise<PreviewCall[]> {
  const owner: Owner = { plan, uid: '<uid>' };
  const { clients, calls } = createDryAws(estate, owner);
  const actor = createResourceActor({ clients, now: () => 0, unseen: new Map() });
  const router = createAlbRouter({ clients, realPause: () => Promise.resolve() });
  const blue = createBlueRetirement(clients);
  const turns = createTurnTaking(clients);
  const rules = stack.resources.filter((one): one is RuleResource => one.kind === 'rule');
  const found: PreviewCall[] = [];
  const take = (phase: PreviewPhase, greenWeight?: number): void => {
    found.push(...calls.splice(0).map((call) => ({ ...withoutTokens(call), phase, greenWeight })));
  };

  for (const rule of rules) await router.proveWayBack(rule);
  take('inventory');

  const resolved = new Map<string, string>();
  while (resolved.size < stack.resources.length) {
    // What is made in one look is there at the next, as for the operator.
    const before = new Map(resolved);
    const noted = calls.length;
    for (const resource of stack.resources) {
      if (before.has(resource.id) || !resource.dependsOn.every((id) => before.has(id))) continue;
      if (isShared(resource)) {
        resolved.set(resource.id, resource.arn);
        continue;
      }
      const ensured = await actor.ensure(resource, owner, resolved);
      if (ensured.outcome !== 'waiting') resolved.set(resource.id, ensured.arn);
    }
    if (resolved.size === before.size && calls.length === noted)
      throw new Error('The stack cannot be made in any order.');
  }
  take('provision');

  for (const rule of stack.resources.filter((one) => one.kind === 'probeRule')) {
    await actor.remove(rule, owner, resolved);
  }
  take('ramp');
  const rehearsed = spec.ramp.rehearse ? [{ weight: REHEARSED_WEIGHT }, { weight: 0 }] : [];
  for (const { weight } of [...rehearsed, ...spec.ramp.steps]) {
    for (const rule of rules) await router.write(rule, { kind: 'split', greenWeight: weight }, resolved);
    take('ramp', weight);
  }

  for (const name of turnTakers(spec)) {
    const turn = estate.services.find((one) => one.name === name);
    const green = stack.resources.find((one) => one.kind === 'service' && one.blueService === name);
    const scaling = stack.resources.find((one) => one.kind === 'scaling' && one.blueService === name);
    if (turn === undefined || green?.kind !== 'service') continue;
    await blue.scaleDown(turn);
    await turns.startGreen(green, turn.service.desiredCount ?? 0, scaling?.kind === 'scaling' ? scaling : undefined);
  }
  take('ramp', 100);

  const registries = createGreenRegistries(clients);
  for (const handOver of stack.retire.registries) {
    while ((await registries.register(handOver, handOver.maker ?? owner)) === 'registered');
  }
  take('retire');
  for (const rule of rules) await router.write(rule, { kind: 'greenOnly' }, resolved);
  take('retire', 100);
  const retiring = stack.retire.services.flatMap((name) => estate.services.find((one) => one.name === name) ?? []);
  for (const service of retiring) await blue.scaleDown(service);
  for (const scaling of stack.resources.filter((one): one is ScalingResource => one.kind === 'scaling')) {
    await releaseScaling(clients, scaling);
  }
  for (const alarm of stack.resources.filter((one) => one.kind === 'alarm')) {
    await actor.remove(alarm, owner, resolved);
  }
  for (const freeze of retainedFreezesOf(stack)) await actor.remove(freeze, owner, resolved);
  for (const service of retiring) await blue.remove(service);
  for (const resource of stack.retire.mesh) await blue.removeMesh(resource);
  take('retire');
  return found;
}

/** Tokens are hashes over the plan's uid, which the operator gives; a header's secret is drawn at run time; a definition's hash is told of no reduced definition. */
function withoutTokens(call: DryCall): DryCall {
  const { input } = call;
  const tags = input['tags'];
  return {
    ...call,
    input: {
      ...input,
      ...('clientToken' in input ? { clientToken: '<token>' } : {}),
      ...(call.api === 'elasticloadbalancing:CreateRule' ? { Conditions: withoutSecret(input['Conditions']) } : {}),
      ...('CreatorRequestId' in input ? { CreatorRequestId: '<token>' } : {}),
      ...(Array.isArray(tags) ? { tags: tags.map(withoutHash) } : {}),
    },
  };
}

const withoutHash = (tag: unknown): unknown =>
  typeof tag === 'object' && tag !== null && 'key' in tag && tag.key === HASH_TAG ? { ...tag, value: '<hash>' } : tag;

const withoutSecret = (conditions: unknown): unknown =>
  (conditions as readonly RuleCondition[]).map((condition) =>
    condition.HttpHeaderConfig?.HttpHeaderName === PROBE_HEADER
      ? { ...condition, HttpHeaderConfig: { ...condition.HttpHeaderConfig, Values: ['<secret>'] } }
      : condition,
  );
