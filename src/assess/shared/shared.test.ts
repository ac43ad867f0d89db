import { expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../../test/fixtures/estates.ts';
import { addSharedGreen } from '../../../test/fixtures/sharedGreen.ts';
import type { EstateExport } from '../../estate/export.ts';
import type { PlanSpec } from '../../plan/model.ts';
import { assess } from '../assess.ts';
import { followed } from '../followed.ts';
import type { ServiceResource, Stack } from '../model.ts';
import { buildStack } from '../stack.ts';

const SIMPLE = '01-simple-three-tier';
const TARGET: PlanSpec['target'] = {
  nameSuffix: '-sc',
  serviceConnect: { namespace: 'shop-sc' },
  shared: ['stock-api'],
};
const LEAVE: PlanSpec['retire'] = { soakMs: 0, mesh: 'keep', evidence: 'metrics', registries: 'leave' };

function planned(
  change: Partial<PlanSpec> = {},
  alter: (exported: EstateExport) => void = addSharedGreen,
  attempt = 1,
) {
  const exported = exportOf(SIMPLE);
  alter(exported);
  const plan = planFor(SIMPLE, { target: TARGET, retire: LEAVE, ...change });
  const estate = estateOf(SIMPLE, exported);
  const assessment = assess(plan, estate);
  return { plan, estate, assessment, stack: buildStack(plan, estate, assessment, attempt) };
}

const reasons = (...given: Parameters<typeof planned>): string[] =>
  planned(...given).assessment.refusals.map(({ reason, place }) => `${reason} ${place}`);

const frontendOf = ({ resources }: Stack): ServiceResource | undefined =>
  resources.find((one): one is ServiceResource => one.kind === 'service' && one.blueService === 'frontend');

test('green of an earlier plan is referred to in place of a green of its own, and so is its namespace', () => {
  const { assessment, stack } = planned();
  expect(assessment.refusals).toEqual([]);
  const ofStock = stack.resources.filter(({ blueService }) => blueService === 'stock-api');
  expect(ofStock.map(({ kind }) => kind)).toEqual(['sharedService']);
  expect(ofStock[0]).toMatchObject({
    id: 'service/stock-api-sc',
    maker: { plan: 'first', uid: 'uid-1' },
    serviceConnect: { services: [{ discoveryName: 'stock-local' }] },
    tasks: { green: 3, blue: 2 },
  });
  expect(stack.resources.filter(({ id }) => id.startsWith('namespace/'))).toMatchObject([
    { kind: 'sharedNamespace', name: 'shop-sc' },
  ]);
  expect(frontendOf(stack)?.dependsOn).toContain('service/stock-api-sc');
  expect(frontendOf(stack)?.serviceConnect.namespace).toEqual({ ref: 'namespace/shop-sc' });
  expect(stack.retire.services, 'blue goes, for nobody is left to call it').toContain('stock-api');
});

test('a later attempt has numbered names of its own, and the same shared green', () => {
  const { stack } = planned({}, addSharedGreen, 2);
  expect(frontendOf(stack)?.name).toBe('frontend-sc2');
  expect(frontendOf(stack)?.dependsOn).toContain('service/stock-api-sc');
  expect(stack.resources.map(({ id }) => id)).toContain('namespace/shop-sc');
});

/** Both sides of stock-api call user-api. */
const callsUser = (exported: EstateExport) => {
  addSharedGreen(exported);
  const stock = exported.appMesh.virtualNodes.find((one) => one.virtualNodeName === 'stock-vn');
  if (stock?.spec === undefined) throw new Error('the fixture lost stock-vn');
  stock.spec.backends = [{ virtualService: { virtualServiceName: 'user.local' } }];
};

test('what a shared green calls is shared with it', () => {
  const { assessment } = planned({}, callsUser);
  expect(assessment.refusals.map(({ message }) => message)).toEqual([
    expect.stringContaining('has no service user-api-sc, which would be the green of user-api'),
  ]);
});

test.each<[string, Partial<PlanSpec>, ((exported: EstateExport) => void) | undefined, string]>([
  ['nothing of that name', {}, () => undefined, 'SharedGreenNotFound'],
  [
    'one that Meshlift did not make',
    {},
    (exported) => addSharedGreen(exported, { tags: [{ key: 'team', value: 'stock' }] }),
    'SharedGreenNotMeshlifts',
  ],
  [
    'one that answers to another name',
    {},
    (exported) => addSharedGreen(exported, { dnsName: 'stock.internal' }),
    'SharedGreenWithoutName',
  ],
  [
    'green of a service that nobody calls',
    { target: { ...TARGET, shared: ['stock-api', 'batch'] } },
    undefined,
    'SharedNotCalled',
  ],
  ['green of an entry', { target: { ...TARGET, shared: ['frontend'] } }, undefined, 'SharedEntry'],
  [
    'a service whose sides take turns',
    { services: { 'stock-api': { cutover: 'exclusive' }, 'user-api': { cutover: 'parallel' } } },
    undefined,
    'SharedTakesTurns',
  ],
  [
    'one that registers in Cloud Map already, where blue leaves names there',
    { retire: { ...LEAVE, registries: 'handOver' } },
    (exported) => {
      addSharedGreen(exported);
      const green = exported.ecs.services.find(({ serviceName }) => serviceName === 'stock-api-sc');
      green?.serviceRegistries?.push({
        registryArn: 'arn:aws:servicediscovery:eu-west-1:111122223333:service/srv-other',
      });
    },
    'SharedGreenRegisters',
  ],
])('refuses to share %s', (_what, change, alter, reason) => {
  expect(reasons(change, alter ?? addSharedGreen)).toContain(`${reason} spec.target.shared`);
});

test('a shared green takes over the names in Cloud Map that blue leaves, as the plan’s that made it', () => {
  const { assessment, stack } = planned({ retire: { ...LEAVE, registries: 'handOver' } });
  expect(assessment.refusals).toEqual([]);
  expect(stack.retire.registries.find(({ blue }) => blue === 'stock-api')).toMatchObject({
    green: 'stock-api-sc',
    maker: { plan: 'first', uid: 'uid-1' },
  });
  expect(stack.retire.registries.find(({ blue }) => blue === 'user-api')?.maker).toBeUndefined();
});

test('a green that is shared follows no deployment on blue', () => {
  const { plan, estate, stack } = planned();
  expect(followed(plan, { estate, stack }, estate, new Set(['stock-api']), 1)).toEqual({
    kind: 'refused',
    why: 'stock-api-sc is shared with plan first: deploy it there',
  });
});
