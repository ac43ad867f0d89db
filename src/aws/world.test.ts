import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MigrationPlan } from '../plan/model.ts';
import { LeaseLostError, type Log } from '../reconciler/ports.ts';
import { MIGRATION_ACTIONS } from './actions.ts';
import {
  createShop,
  dismantle,
  greenOf,
  leftovers,
  operatorClients,
  OWNER,
  provision,
  stackOf,
  type Shop,
} from './simulatedShop.ts';
import { createWorld, type WorldOptions } from './world.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await createShop();
});
afterEach(() => shop.close());

/** A lease that is lost at once. */
const beforeMutation = (): void => {
  throw new LeaseLostError('the lease went to another operator');
};

function worldWith(options: Partial<WorldOptions> = {}, log?: Log) {
  const { clients, mutations } = operatorClients(shop.simulated, log === undefined ? {} : { log });
  const world = createWorld({
    clients,
    clock: { now: () => shop.clock.now(), realMs: () => 0 },
    realPause: () => Promise.resolve(),
    ...options,
  });
  return { world, mutations, calls: clients.calls };
}

describe('the world', () => {
  test('the fence stands before every mutating verb, and before no other', async () => {
    const { world, mutations } = worldWith({ beforeMutation });
    const { namespace, taskDefinition, targetGroup, rule, scalingFreeze } = greenOf(shop);
    for (const resource of [namespace, taskDefinition, targetGroup, scalingFreeze]) {
      expect(await world.resources.read(resource, OWNER, new Map()), resource.id).toEqual({ status: 'absent' });
      const ensured = world.resources.ensure(resource, OWNER, new Map());
      await expect(ensured, resource.id).rejects.toBeInstanceOf(LeaseLostError);
    }
    expect(await world.router.read(rule, new Map())).toMatchObject({ route: { kind: 'blueOnly' } });
    await expect(world.router.proveWayBack(rule)).rejects.toBeInstanceOf(LeaseLostError);
    await expect(world.router.write(rule, { kind: 'blueOnly' }, new Map())).rejects.toBeInstanceOf(LeaseLostError);
    expect(await world.health(shop.clusterArn, ['frontend'])).toMatchObject([{ running: 2 }]);
    expect(mutations()).toBe(0);
    expect(await leftovers(shop)).toEqual([]);
  });

  test('calls are logged with what the plan joins to them', async () => {
    const lines: object[] = [];
    const note = (fields: object, msg: string) => void lines.push({ msg, ...fields });
    const { world } = worldWith(
      { logFields: () => ({ plan: 'shop', epoch: 41 }) },
      { info: note, warn: note, error: note, debug: note },
    );
    await world.router.proveWayBack(greenOf(shop).rule);
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'awsCall',
        plan: 'shop',
        epoch: 41,
        awsCall: 'elasticloadbalancing:ModifyRule',
        outcome: 'ok',
      }),
    ]);
  });

  test('a resource that could not be read is unknown, with why', async () => {
    const { world } = worldWith();
    await shop.close();
    for (const resource of Object.values(greenOf(shop))) {
      expect(await world.resources.read(resource, OWNER, new Map()), resource.id).toMatchObject({ status: 'unknown' });
    }
  });

  test('the inventory is the cluster’s', async () => {
    const { world } = worldWith();
    const plan = { name: 'shop', spec: { source: { cluster: 'shop', mesh: 'shop' } } } as MigrationPlan;
    const taken = await world.inventory(plan);
    expect(taken.ecs.services.map((service) => service.serviceName)).toEqual(['frontend']);
  });

  test('green’s scale-in is released at the end, as blue’s was, and is then said to be', async () => {
    const { world, mutations, calls } = worldWith();
    const { scaling } = greenOf(shop);
    const resolved = new Map<string, string>();
    await provision(shop, world.resources, stackOf(shop), resolved);
    expect(await world.scalingReleased(scaling)).toMatchObject({ verdict: 'wait' });
    await world.releaseScaling(scaling);
    expect(await world.scalingReleased(scaling)).toMatchObject({ verdict: 'pass' });
    const made = mutations();
    await world.releaseScaling(scaling);
    expect(mutations()).toBe(made);
    await dismantle(shop, world.resources, stackOf(shop), resolved);
    expect(await leftovers(shop)).toEqual([]);
    // Whatever was called is in the policy that is made of these.
    for (const api of Object.keys(calls)) expect(MIGRATION_ACTIONS).toContain(api);
  });

  test('the release of a scaling that is not Meshlift’s, or gone, is refused', async () => {
    const { world } = worldWith();
    const { scaling, scalingFreeze } = greenOf(shop);
    const gone = world.releaseScaling(scaling);
    await expect(gone).rejects.toMatchObject({ code: 'ScalableTargetGone' });
    await world.resources.ensure(scalingFreeze, OWNER, new Map());
    // Blue's own target, called green's.
    const foreign = world.releaseScaling({ ...scaling, resourceId: scalingFreeze.resourceId });
    await expect(foreign).rejects.toMatchObject({ code: 'NotOurs' });
    await world.resources.remove(scalingFreeze, OWNER, new Map());
    expect(await leftovers(shop)).toEqual([]);
  });
});
