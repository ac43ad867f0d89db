import { expect, test } from 'vitest';
import { Addresses } from './addresses.ts';

test('a virtual address is found by ip and port until its ip is deleted', () => {
  const addresses = new Addresses();
  addresses.set('10.0.0.5', 8080, 40_001);
  addresses.set('10.0.0.5', 9901, 40_002);
  addresses.set('10.0.1.5', 8080, 40_003);
  expect(addresses.find('10.0.0.5', 8080)).toBe(40_001);
  expect(addresses.find('10.0.0.5', 9901)).toBe(40_002);
  expect(addresses.find('10.0.0.5', 80)).toBeUndefined();

  addresses.delete('10.0.0.5');
  expect(addresses.find('10.0.0.5', 8080)).toBeUndefined();
  expect(addresses.find('10.0.0.5', 9901)).toBeUndefined();
  expect(addresses.find('10.0.1.5', 8080)).toBe(40_003);
});
