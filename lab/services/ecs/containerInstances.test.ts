import { expect, test } from 'vitest';
import { refusal, TestWorld } from './testWorld.ts';

const world = new TestWorld();

test('E75: a cluster of Fargate alone has no container instances, whatever state is asked for', () => {
  world.create('user');
  world.settle();
  expect(world.call('ListContainerInstances', { cluster: 'shop' })).toEqual({ containerInstanceArns: [] });
  expect(world.call('ListContainerInstances', { cluster: 'shop', status: 'DRAINING' }).containerInstanceArns).toEqual(
    [],
  );
});

test('E75: one that is not there is a failure beside the answer, and more than a hundred are refused', () => {
  const answer = world.call('DescribeContainerInstances', { cluster: 'shop', containerInstances: ['0123'] });
  expect(answer).toEqual({
    containerInstances: [],
    failures: [{ arn: 'arn:aws:ecs:eu-west-1:111122223333:container-instance/shop/0123', reason: 'MISSING' }],
  });
  const many = Array.from({ length: 101 }, (_, index) => `i-${index}`);
  for (const containerInstances of [[], many]) {
    const input = { cluster: 'shop', containerInstances };
    expect(refusal(() => world.call('DescribeContainerInstances', input)).code).toBe('InvalidParameterException');
  }
});

test('E9: of an unknown cluster they are refused', () => {
  expect(refusal(() => world.call('ListContainerInstances', { cluster: 'none' })).code).toBe(
    'ClusterNotFoundException',
  );
});
