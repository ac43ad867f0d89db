import { expect, test } from 'vitest';
import { OWN_ACCOUNT, outOfReach, type Reach } from './reach.ts';

const ROLE = 'arn:aws:iam::444455556666:role/meshlift-spoke';
const listener = (region: string, balancer: string) =>
  `arn:aws:elasticloadbalancing:${region}:444455556666:listener/app/${balancer}/1/2`;

function placesOf(reach: Partial<Reach>, plan: { roleArn?: string; region?: string; balancer?: string } = {}) {
  const { roleArn = null, region = null, balancer = 'shop' } = plan;
  const access = roleArn === null && region === null ? null : { roleArn, externalId: null, region };
  const spec = {
    access,
    source: { cluster: 'shop', mesh: 'shop', onSourceChange: 'pause' as const },
    traffic: [{ service: 'frontend', alb: { listener: listener(region ?? 'eu-west-1', balancer) } }],
  };
  return outOfReach(spec, { ...OWN_ACCOUNT, ...reach }, 'eu-west-1').map(({ place }) => place);
}

test('a plan in the operator’s own account and Region is within reach unless that is limited', () => {
  expect(placesOf({})).toEqual([]);
  expect(placesOf({ clusters: ['other', 'sh'] })).toEqual(['spec.source.cluster']);
  expect(placesOf({ loadBalancers: [] })).toEqual(['spec.traffic[0].alb.listener']);
});

test('another role or Region is out of reach unless it is named', () => {
  expect(placesOf({}, { roleArn: ROLE })).toEqual(['spec.access.roleArn']);
  expect(placesOf({ roles: [ROLE] }, { roleArn: ROLE })).toEqual([]);
  expect(placesOf({ roles: [`${ROLE}-2`] }, { roleArn: ROLE })).toEqual(['spec.access.roleArn']);
  expect(placesOf({}, { region: 'us-east-1' })).toEqual(['spec.access.region']);
  expect(placesOf({ regions: ['us-*'] }, { region: 'us-east-1' })).toEqual([]);
});

test.each([
  ['shop', 'shop', true],
  ['shop', 'shop-2', false],
  ['*', 'shop', true],
  ['shop-*', 'shop-2', true],
  ['shop-*', 'shop', false],
  ['*-public', 'shop-public', true],
  ['*-public', 'public', false],
  ['s*o*p', 'shop', true],
  ['s*o*p', 'sp', false],
  ['ab*ba', 'aba', false],
  ['a*a*a', 'aa', false],
  ['a.c', 'abc', false],
])('%s stands for %s: %s', (pattern, name, isWithin) => {
  expect(placesOf({ loadBalancers: [pattern] }, { balancer: name })).toEqual(
    isWithin ? [] : ['spec.traffic[0].alb.listener'],
  );
});

test('an entry in another Region than the plan is told with both', () => {
  const spec = {
    access: null,
    source: { cluster: 'shop', mesh: 'shop', onSourceChange: 'pause' as const },
    traffic: [{ service: 'frontend', alb: { listener: listener('us-east-1', 'shop') } }],
  };
  expect(outOfReach(spec, OWN_ACCOUNT, 'eu-west-1')).toEqual([
    {
      place: 'spec.traffic[0].alb.listener',
      message: 'is in us-east-1, and the plan in eu-west-1: set spec.access.region where the application is there',
    },
  ]);
});
