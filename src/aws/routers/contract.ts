import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RuleResource } from '../../assess/model.ts';
import { AwsCallError, type Route, type Router } from '../../reconciler/ports.ts';

/** An entry with a router before it, in a world that can be looked at and tampered with. */
export interface RouterWorld {
  router: Router;
  rule: RuleResource;
  /** Green's target group is there and hangs nowhere. */
  resolved: ReadonlyMap<string, string>;
  /** Mutating calls that the router made so far. */
  mutations(): number;
  /** What the entry carries, as AWS tells it. */
  carried(): Promise<unknown>;
  /** Waits until green's targets answer as they are told to: that needs green to hang in the entry (row L8). */
  greenIs(state: 'healthy' | 'unhealthy'): Promise<void>;
  /** A person gives the entry something of their own. */
  tamper(): Promise<void>;
  /** A person forwards to blue from another place of the same load balancer. */
  forwardToBlueElsewhere(): Promise<void>;
  /** From here on AWS does not answer. */
  silence(): void;
  close(): Promise<void>;
}

const ROUTES: Route[] = [
  { kind: 'split', greenWeight: 0 },
  { kind: 'split', greenWeight: 5 },
  { kind: 'split', greenWeight: 100 },
  { kind: 'greenOnly' },
  { kind: 'blueOnly' },
];

/** What every router promises, whatever it shifts with. */
export function routerContract(name: string, make: () => Promise<RouterWorld>): void {
  describe(`router contract: ${name}`, () => {
    let world: RouterWorld;
    beforeEach(async () => {
      world = await make();
    });
    afterEach(() => world.close());

    const write = (route: Route) => world.router.write(world.rule, route, world.resolved);
    const read = async () => (await world.router.read(world.rule, world.resolved)).route;
    const verify = (route: Route) => world.router.verify(world.rule, route, world.resolved);
    const warmUp = async () => {
      await write({ kind: 'split', greenWeight: 0 });
      await world.greenIs('healthy');
    };

    test('an entry that nobody has touched is on its original', async () => {
      expect(await read()).toEqual({ kind: 'blueOnly' });
      expect(await verify({ kind: 'blueOnly' })).toMatchObject({ verdict: 'pass' });
    });

    test('each route is one mutating call, is read back as written, and verified; the others are not', async () => {
      await warmUp();
      for (const route of ROUTES) {
        const before = world.mutations();
        await write(route);
        expect(world.mutations()).toBe(before + 1);
        expect(await read()).toEqual(route);
        expect(await verify(route)).toMatchObject({ verdict: 'pass' });
        for (const other of ROUTES.filter((one) => one !== route)) {
          expect((await verify(other)).verdict, JSON.stringify(other)).not.toBe('pass');
        }
      }
    });

    test('a route that is written twice is the same', async () => {
      await warmUp();
      for (const route of ROUTES) {
        await write(route);
        const once = await world.carried();
        await write(route);
        expect(await world.carried()).toEqual(once);
      }
    });

    test('the way back restores the original field by field, from every route', async () => {
      const original = await world.carried();
      for (const route of ROUTES) {
        await warmUp();
        await write(route);
        await write({ kind: 'blueOnly' });
        expect(await world.carried()).toEqual(original);
      }
    });

    test('the way back is proven by writing the original, once, and nothing changes', async () => {
      const original = await world.carried();
      expect(await world.router.proveWayBack(world.rule)).toMatchObject({ verdict: 'pass' });
      expect(world.mutations()).toBe(1);
      expect(await world.carried()).toEqual(original);
    });

    test('the way back is not proven on an entry that is not as recorded, and nothing is written', async () => {
      await world.tamper();
      const tampered = await world.carried();
      expect(await world.router.proveWayBack(world.rule)).toMatchObject({ verdict: 'fail' });
      expect(world.mutations()).toBe(0);
      expect(await world.carried()).toEqual(tampered);
    });

    test('green without a healthy target is given no weight; the way back asks nothing of green', async () => {
      await warmUp();
      await world.greenIs('unhealthy');
      for (const route of ROUTES.slice(1, 4)) {
        const before = world.mutations();
        await expect(write(route)).rejects.toMatchObject({
          name: 'AwsCallError',
          kind: 'invalid',
          code: 'NoHealthyTarget',
        });
        expect(world.mutations()).toBe(before);
      }
      expect(await read()).toEqual({ kind: 'split', greenWeight: 0 });
      await write({ kind: 'blueOnly' });
      expect(await read()).toEqual({ kind: 'blueOnly' });
    });

    test('L9: a weight on a green that has become sick is not verified', async () => {
      await warmUp();
      await write({ kind: 'split', greenWeight: 5 });
      await world.greenIs('unhealthy');
      expect(await verify({ kind: 'split', greenWeight: 5 })).toMatchObject({ verdict: 'fail' });
    });

    test('L3: what a person wrote is foreign, and no route is verified on it', async () => {
      await warmUp();
      await world.tamper();
      expect(await read()).toMatchObject({ kind: 'foreign' });
      for (const route of ROUTES) expect(await verify(route)).toMatchObject({ verdict: 'fail' });
    });

    test('another place that still sends everything to blue fails the verification, with its name', async () => {
      await warmUp();
      await world.forwardToBlueElsewhere();
      await write({ kind: 'split', greenWeight: 5 });
      expect(await verify({ kind: 'split', greenWeight: 5 })).toMatchObject({
        verdict: 'fail',
        why: expect.stringContaining('frontend'),
      });
      await write({ kind: 'blueOnly' });
      expect(await verify({ kind: 'blueOnly' })).toMatchObject({ verdict: 'pass' });
    });

    test('an AWS that does not answer is unknown, and passes for nothing', async () => {
      world.silence();
      expect(await verify({ kind: 'blueOnly' })).toMatchObject({ verdict: 'unknown' });
      expect(await world.router.proveWayBack(world.rule)).toMatchObject({ verdict: 'unknown' });
      await expect(read()).rejects.toBeInstanceOf(AwsCallError);
      await expect(write({ kind: 'blueOnly' })).rejects.toMatchObject({ kind: 'unknown' });
    });
  });
}
