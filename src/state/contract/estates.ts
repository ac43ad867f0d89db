import { describe, expect, test } from 'vitest';
import type { BlueService, Estate } from '../../estate/model.ts';
import { planPk, statusKey } from '../keys.ts';
import { type StoreStage, testStatus } from '../testing.ts';
import { acquired } from './written.ts';

const blue = (name: string, environmentSize = 0): BlueService => ({
  name,
  arn: `arn:aws:ecs:eu-west-1:123456789012:service/shop/${name}`,
  service: { serviceName: name, desiredCount: 2 },
  taskDefinition: {
    family: name,
    containerDefinitions: [{ name, environment: [{ name: 'X', value: 'x'.repeat(environmentSize) }] }],
  },
  taskDefinitionTags: [],
  virtualNode: undefined,
  listeners: [{ port: 8080, protocol: 'http', source: 'appMesh', certainty: 'certain' }],
  targetGroups: [],
  scaling: undefined,
  registries: [],
});

const estateOf = (services: BlueService[], rules: Estate['rules'] = []): Estate => ({
  caller: { account: '123456789012', region: 'eu-west-1' },
  takenAt: '2026-11-20T12:00:00.000Z',
  cluster: { arn: 'arn:aws:ecs:eu-west-1:123456789012:cluster/shop', name: 'shop' },
  mesh: { name: 'shop', answer: { state: 'read', why: 'read' } },
  services,
  virtualServices: [],
  edges: [],
  listeners: [],
  rules,
  meshResources: [{ kind: 'mesh', name: 'shop' }],
  errors: [],
});

/** The estate as it was recorded, in as many items as it takes. */
export function estatesContract(stage: () => StoreStage): void {
  describe('estate', () => {
    test('is read back as it was written, by its own uid only', async () => {
      const store = stage().store('op-1');
      const estate = estateOf(
        [blue('stock'), blue('frontend')],
        [{ RuleArn: 'arn:rule', Priority: '1', IsDefault: false }],
      );
      await store.writeEstate('shop', 'uid-1', estate);
      expect(await store.readEstate('shop', 'uid-1')).toEqual(estate);
      expect(await store.readEstate('shop', 'uid-2')).toBeUndefined();
      expect(await store.readEstate('other', 'uid-1')).toBeUndefined();
    });

    test('D5: may be larger than an item and than a page', async () => {
      const store = stage().store('op-1');
      const services = Array.from({ length: 40 }, (_, index) => blue(`s${String(index).padStart(2, '0')}`, 60_000));
      const rules = Array.from({ length: 300 }, (_, index) => ({ RuleArn: `arn:${index}:${'x'.repeat(2000)}` }));
      const estate = estateOf(services, rules);
      await store.writeEstate('shop', 'uid-1', estate);
      expect(await store.readEstate('shop', 'uid-1')).toEqual(estate);
    });

    test('a second one replaces the first, and leaves no part of it', async () => {
      const store = stage().store('op-1');
      await store.writeEstate('shop', 'uid-1', estateOf([blue('a'), blue('b'), blue('c')]));
      await store.writeEstate('shop', 'uid-1', estateOf([blue('a')]));
      expect((await store.readEstate('shop', 'uid-1'))?.services.map((service) => service.name)).toEqual(['a']);
      expect(await stage().table.query(planPk('shop'), 'estate')).toHaveLength(3);
    });

    test('one that was cut off anywhere leaves the one before', async () => {
      const store = stage().store('op-1');
      const before = estateOf([blue('a'), blue('b')]);
      const after = estateOf([blue('a', 10), blue('b', 10)]);
      await store.writeEstate('shop', 'uid-1', before);
      for (const cut of [0, 1, 2, 3]) {
        stage().failNext('PutItem', cut);
        await expect(store.writeEstate('shop', 'uid-1', after)).rejects.toThrow('as the test asked');
        expect(await store.readEstate('shop', 'uid-1')).toEqual(before);
      }
      await store.writeEstate('shop', 'uid-1', after);
      expect(await store.readEstate('shop', 'uid-1')).toEqual(after);
      expect(await stage().table.query(planPk('shop'), 'estate')).toHaveLength(4);
    });

    test('of two that are written at once one counts, whole', async () => {
      const [one, two] = [estateOf([blue('a'), blue('b')]), estateOf([blue('a', 10), blue('c', 10)])];
      const store = stage().store('op-1');
      const written = await Promise.allSettled([
        store.writeEstate('shop', 'uid-1', one),
        stage().store('op-2').writeEstate('shop', 'uid-1', two),
      ]);
      expect(written.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
      const counts = written[0]?.status === 'fulfilled' ? one : two;
      expect(await store.readEstate('shop', 'uid-1')).toEqual(counts);
    });

    test('a plan whose status somebody deleted is not begun anew while its estate is on record: that is refused, and nothing is written', async () => {
      const store = stage().store('op-1');
      const lease = await acquired(store);
      await store.writeEstate('shop', testStatus().uid, estateOf([blue('a')]));
      await store.release(lease);
      await stage().table.delete(statusKey('shop'), {});
      const left = await stage().table.query(planPk('shop'), '');
      for (const name of ['op-1', 'op-2']) {
        const one = stage().store(name);
        await expect(one.acquire('shop', testStatus)).rejects.toThrow('somebody deleted the item plan#shop / status');
        await expect(one.readStatus('shop')).rejects.toThrow('has an estate on record');
      }
      expect(await stage().table.query(planPk('shop'), '')).toEqual(left);
      expect(left.length).toBeGreaterThan(0);
    });
  });
}
