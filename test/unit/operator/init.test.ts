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

vi.setConfig({ testTimeout: 60_000 });

test('what init writes for the sample estate runs to its end without editing', async () => {
  const world = await OperatorWorld.create();
  const exported = await takeWholeInventory(world.person, {
    clusters: [CLUSTER],
    meshes: ['shop'],
    clock: world.clock,
  });
  const loadBalancer = loadBalancerDimension(world.edge.listenerRuleArn);
  const estate = readEstate(exported, CLUSTER, 'shop');
  const draft = draftPlan(estate, {
    name: PLAN,
    cluster: CLUSTER,
    mesh: 'shop',
    entries: ['frontend'],
    alarms: relevantAlarms(estate.alarms ?? [], [loadBalancer], ['frontend']),
  });
  expect(draft).toMatchObject({ open: 0, obstacles: [] });
  // A test has no day for the soak, and no hour for the ramp.
  const read = parsePlan(
    draft.text
      .replaceAll(/bake: \d+m/g, 'bake: 1m')
      .replace('  gates:\n', '  gates:\n    shortBakes: force\n')
      .replace('soak: 24h', 'soak: 1m'),
  );
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
