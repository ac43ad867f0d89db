import { expect, test, vi } from 'vitest';
import { draftPlan } from '../../../src/assess/draftPlan.ts';
import { relevantAlarms } from '../../../src/assess/relevantAlarms.ts';
import { loadBalancerDimension } from '../../../src/aws/arns.ts';
import { takeWholeInventory } from '../../../src/aws/inventory/whole.ts';
import { readEstate } from '../../../src/estate/fromExport.ts';
import { DEFAULT_CREATED_ALARMS } from '../../../src/plan/createdAlarms.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import { expectMigrated } from './endStates.ts';
import { CLUSTER, PLAN } from './manifest.ts';
import { OperatorWorld } from './operatorWorld.ts';
import { addWorker, alive } from './worker.ts';

vi.setConfig({ testTimeout: 60_000 });

/** The plan that init writes, with what a test has no time for shortened: a day for the soak, an hour for the ramp. */
const inATest = (text: string) =>
  parsePlan(
    text
      .replaceAll(/bake: \d+m/g, 'bake: 1m')
      .replace('  gates:\n', '  gates:\n    shortBakes: force\n')
      .replace('soak: 24h', 'soak: 1m'),
  );

async function draftOf(world: OperatorWorld) {
  const exported = await takeWholeInventory(world.person, {
    clusters: [CLUSTER],
    meshes: ['shop'],
    clock: world.clock,
  });
  const loadBalancer = loadBalancerDimension(world.edge.listenerRuleArn);
  const estate = readEstate(exported, CLUSTER, 'shop');
  return draftPlan(estate, {
    name: PLAN,
    cluster: CLUSTER,
    mesh: 'shop',
    entries: ['frontend'],
    alarms: relevantAlarms(estate.alarms ?? [], [loadBalancer], ['frontend']),
  });
}

test('what init writes for the sample estate runs to its end without editing', async () => {
  const world = await OperatorWorld.create();
  const draft = await draftOf(world);
  expect(draft).toMatchObject({ open: 0, obstacles: [] });
  const read = inATest(draft.text);
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  expect(read.plan.spec.gates).toMatchObject({
    alarms: ['shop-5xx', 'shop-latency'],
    createAlarms: DEFAULT_CREATED_ALARMS,
  });

  await world.requests.put(PLAN, read.manifest, undefined);
  await world.untilState('retire.prove');
  // AWS publishes no evidence here, so a person vouches that nobody calls blue.
  await world.requests.approve(PLAN, 'beforeRetire', {
    by: 'tester',
    at: world.clock.now(),
    why: 'nobody calls it',
    services: ['frontend', 'stock-api', 'user-api'],
    recordVersion: await world.recordVersion(),
  });
  await world.untilState('succeeded');
  await expectMigrated(world, { mesh: 'unreachable' });
});

test('a service that takes its work by itself stands in the plan as a comment, and takes turns once a person takes it in', async () => {
  const world = await OperatorWorld.create();
  await addWorker(world);
  const draft = await draftOf(world);
  expect(draft, 'apply takes it as it stands').toMatchObject({ open: 0, obstacles: [] });
  expect(inATest(draft.text)).toMatchObject({ plan: { spec: { services: {} } } });
  expect(draft.text).toContain('so no entry brings them along, and they stay on the mesh: worker.');

  const read = inATest(draft.text.replaceAll(/^ {2}#(?=services:| {2}\S+: \{)/gm, '  '));
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  expect(read.plan.spec.services).toMatchObject({
    frontend: { cutover: 'parallel' },
    'stock-api': { cutover: 'parallel' },
    'user-api': { cutover: 'parallel' },
    worker: { cutover: 'exclusive' },
  });
  await world.requests.put(PLAN, read.manifest, undefined);
  await world.untilState('soak');
  expect([alive(world, 'worker'), alive(world, 'worker-sc')]).toEqual([0, 2]);
});
