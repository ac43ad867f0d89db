import { expect, test } from 'vitest';
import { service } from './gates/testService.ts';
import { healthOfAll } from './readings.ts';

test('health is told of each service, healthy of desired', () => {
  expect(healthOfAll([])).toBe('');
  expect(healthOfAll([service(2), { ...service(1), service: 'api' }])).toBe('frontend 2/2, api 1/2');
});
