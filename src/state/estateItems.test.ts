import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BlueService, Estate } from '../estate/model.ts';
import { planPk } from './keys.ts';
import { chunksOf } from './estateItems.ts';
import { Table } from './table.ts';
import { startTestTable } from './testing.ts';
import type { TestTable } from './testing.ts';

let server: TestTable;
beforeEach(async () => {
  server = await startTestTable();
});
afterEach(() => server.close());

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

const items = () => new Table(server.client, server.table, server.newToken).query(planPk('shop'), 'estate');

describe('estate', () => {
  test('is read back as it was written, by its own uid only', async () => {
    const store = server.store('op-1');
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
    const store = server.store('op-1');
    const services = Array.from({ length: 40 }, (_, index) => blue(`s${String(index).padStart(2, '0')}`, 60_000));
    const rules = Array.from({ length: 300 }, (_, index) => ({ RuleArn: `arn:${index}:${'x'.repeat(2000)}` }));
    const estate = estateOf(services, rules);
    await store.writeEstate('shop', 'uid-1', estate);
    expect(await store.readEstate('shop', 'uid-1')).toEqual(estate);
  });

  test('a second one replaces the first, and leaves no part of it', async () => {
    const store = server.store('op-1');
    await store.writeEstate('shop', 'uid-1', estateOf([blue('a'), blue('b'), blue('c')]));
    await store.writeEstate('shop', 'uid-1', estateOf([blue('a')]));
    expect((await store.readEstate('shop', 'uid-1'))?.services.map((service) => service.name)).toEqual(['a']);
    expect(await items()).toHaveLength(3);
  });

  test('one that was cut off anywhere leaves the one before', async () => {
    const store = server.store('op-1');
    const before = estateOf([blue('a'), blue('b')]);
    const after = estateOf([blue('a', 10), blue('b', 10)]);
    await store.writeEstate('shop', 'uid-1', before);
    for (const cut of [0, 1, 2, 3]) {
      server.failNext('PutItem', cut);
      await expect(store.writeEstate('shop', 'uid-1', after)).rejects.toThrow('as the test asked');
      expect(await store.readEstate('shop', 'uid-1')).toEqual(before);
    }
    await store.writeEstate('shop', 'uid-1', after);
    expect(await store.readEstate('shop', 'uid-1')).toEqual(after);
    expect(await items()).toHaveLength(4);
  });

  test('of two that are written at once one counts, whole', async () => {
    const [one, two] = [estateOf([blue('a'), blue('b')]), estateOf([blue('a', 10), blue('c', 10)])];
    const store = server.store('op-1');
    const written = await Promise.allSettled([
      store.writeEstate('shop', 'uid-1', one),
      server.store('op-2').writeEstate('shop', 'uid-1', two),
    ]);
    expect(written.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
    const counts = written[0]?.status === 'fulfilled' ? one : two;
    expect(await store.readEstate('shop', 'uid-1')).toEqual(counts);
  });
});

test('chunks keep the order and stay under the length', () => {
  const list = ['aa', 'bbbb', 'c', 'd', 'eeeeeeeeeeeeeee', 'f'];
  const chunks = chunksOf(list, 10);
  expect(chunks.flat()).toEqual(list);
  expect(chunks).toEqual([['aa', 'bbbb'], ['c', 'd'], ['eeeeeeeeeeeeeee'], ['f']]);
  expect(chunksOf([], 10)).toEqual([]);
});
