import { DescribeServicesCommand, ListServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect } from 'vitest';
import { claimants, endpoints, meshes, nameOf, tagged } from './lookAround.ts';
import type { OperatorWorld } from './operatorWorld.ts';

export interface EndOptions {
  /** Green's names end in it; default `-sc`. */
  suffix?: string;
  /** Default `deleted`; `kept` where App Mesh did not answer, so that its deletion was skipped. */
  mesh?: 'deleted' | 'unreachable';
  /** How many revisions green's stock-api has come through; default 1. */
  stockRevisions?: number;
}

/** Green serves everything, blue and its mesh are gone, and nothing else has changed. */
export async function expectMigrated(world: OperatorWorld, options: EndOptions = {}): Promise<void> {
  const suffix = options.suffix ?? '-sc';
  const status = await world.status();
  expect(status.machine.value).toBe('succeeded');
  expect(status.conditions.find(({ type }) => type === 'Succeeded')).toMatchObject({ status: 'True' });

  const { serviceArns = [] } = await world.person.ecs.send(new ListServicesCommand({ cluster: world.clusterArn }));
  expect(serviceArns.map(nameOf).toSorted()).toEqual([
    'bystander',
    `frontend${suffix}`,
    `stock-api${suffix}`,
    `user-api${suffix}`,
  ]);
  const { services = [] } = await world.person.ecs.send(
    new DescribeServicesCommand({ cluster: world.clusterArn, services: serviceArns }),
  );
  expect(
    services.map((one) => `${one.serviceName} ${one.status} ${one.runningCount}/${one.desiredCount}`).toSorted(),
  ).toEqual([
    'bystander ACTIVE 1/1',
    `frontend${suffix} ACTIVE 2/2`,
    `stock-api${suffix} ACTIVE 2/2`,
    `user-api${suffix} ACTIVE 2/2`,
  ]);
  expect(await tagged(world)).toEqual([
    `namespace shop${suffix}`,
    `scaling service/shop/frontend${suffix}`,
    `service frontend${suffix}`,
    `service stock-api${suffix}`,
    `service user-api${suffix}`,
    `target group frontend${suffix}`,
    `task definition ACTIVE frontend${suffix}:1`,
    ...Array.from(
      { length: options.stockRevisions ?? 1 },
      (_, index) => `task definition ACTIVE stock-api${suffix}:${index + 1}`,
    ),
    `task definition ACTIVE user-api${suffix}:1`,
  ]);
  expect(await endpoints(world)).toEqual(['stock-shop-local', 'user-shop-local']);
  if (options.mesh !== 'unreachable') expect(await meshes(world)).toEqual([]);

  const { TargetGroups = [] } = await world.person.elbv2.send(
    new DescribeTargetGroupsCommand({ Names: [`frontend${suffix}`] }),
  );
  const greenArn = TargetGroups[0]?.TargetGroupArn ?? '';
  const now = await world.lookAtBlue();
  const replaced = JSON.stringify(world.blue.rule).replaceAll(world.edge.targetGroupArn, greenArn);
  expect(now.rule, 'the rule with green in blue’s place').toEqual(JSON.parse(replaced));
  expect(now.scaling, 'blue’s scalable target').toEqual([]);
  await expectQuietEnd(world);
}

/** Everything is as it was before the plan, field by field, and nothing of green is left. */
export async function expectRolledBack(world: OperatorWorld, reason?: string): Promise<void> {
  const status = await world.status();
  expect(status.machine.value).toBe('rolledBack');
  expect(status.conditions.find(({ type }) => type === 'RolledBack')).toMatchObject({
    status: 'True',
    ...(reason === undefined ? {} : { reason }),
  });
  await expectUntouched(world);
  await expectQuietEnd(world);
}

/** Blue is as it was and nothing of ours exists. */
export async function expectUntouched(world: OperatorWorld): Promise<void> {
  expect(await world.lookAtBlue()).toEqual(world.blue);
  expect(await tagged(world)).toEqual([]);
  expect(world.inside.things(), 'nothing untagged is left either').toEqual(world.things);
  expect(await endpoints(world)).toEqual([]);
  expect(await meshes(world)).toEqual(['shop']);
}

/** What every end has in common: nothing is held, no invariant was broken, no request failed. */
async function expectQuietEnd(world: OperatorWorld): Promise<void> {
  expect(await claimants(world)).toEqual([]);
  expect(world.referee.breaches).toEqual([]);
  expect(world.traffic.tally.failed).toEqual([]);
}
