import { expect, test } from 'vitest';
import { loadBalancerArnOf, loadBalancerDimension, targetGroupDimension } from './arns.ts';

const prefix = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';

test.each([
  `${prefix}:loadbalancer/app/shop/50dc6c495c0c9188`,
  `${prefix}:listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2`,
  `${prefix}:listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`,
])('%s belongs to its load balancer', (arn) => {
  expect(loadBalancerArnOf(arn)).toBe(`${prefix}:loadbalancer/app/shop/50dc6c495c0c9188`);
  expect(loadBalancerDimension(arn)).toBe('app/shop/50dc6c495c0c9188');
});

test('a target group’s dimension', () => {
  expect(targetGroupDimension(`${prefix}:targetgroup/shop/0123456789abcdef`)).toBe('targetgroup/shop/0123456789abcdef');
});
