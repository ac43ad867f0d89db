import { expect, test } from 'vitest';
import { TestWorld } from './testWorld.ts';

test('L31: the account has the limits of a new one, as strings, paged', () => {
  const world = new TestWorld();
  const first = world.call('DescribeAccountLimits', { PageSize: 20 });
  const rest = world.call('DescribeAccountLimits', { PageSize: 20, Marker: first.NextMarker });
  expect(rest.NextMarker).toBeUndefined();
  const limits = [...(first.Limits ?? []), ...(rest.Limits ?? [])];
  expect(limits).toHaveLength(23);
  // What the lab itself holds callers to (row L17).
  expect(limits).toEqual(
    expect.arrayContaining([
      { Name: 'rules-per-application-load-balancer', Max: '100' },
      { Name: 'target-groups-per-application-load-balancer', Max: '100' },
      { Name: 'target-groups-per-action-on-application-load-balancer', Max: '5' },
      { Name: 'listeners-per-application-load-balancer', Max: '50' },
      { Name: 'condition-values-per-alb-rule', Max: '5' },
    ]),
  );
});
