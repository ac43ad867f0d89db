import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planFor } from '../../test/fixtures/estates.ts';
import { discoveryName, greenNames, isAliasName } from './names.ts';

const plan = planFor('01-simple-three-tier');

test('E3: the second attempt gets numbered names, since the first may still be draining', () => {
  const [first, second] = [greenNames(plan, 1), greenNames(plan, 2)];
  expect([first.service('user-api'), first.family('user'), first.namespace]).toEqual([
    'user-api-sc',
    'user-sc',
    'shop-sc',
  ]);
  expect([second.service('user-api'), second.family('user'), second.namespace]).toEqual([
    'user-api-sc2',
    'user-sc2',
    'shop-sc2',
  ]);
  expect(second.targetGroup('shop-frontend')).toBe('shop-frontend-sc2');
});

describe('L17: target group names', () => {
  const legal = /^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/;

  test('are legal whatever blue is called', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,40}$/),
        fc.integer({ min: 1, max: 20 }),
        (blue, attempt) => {
          expect(greenNames(plan, attempt).targetGroup(blue)).toMatch(legal);
        },
      ),
    );
  });

  test('of long names stay apart', () => {
    const names = greenNames(plan, 1);
    const long = 'a-very-long-target-group-name-00';
    expect(names.targetGroup(`${long}1`)).not.toBe(names.targetGroup(`${long}2`));
    expect(names.targetGroup(long)).toBe(names.targetGroup(long));
    expect(greenNames(plan, 2).targetGroup(long)).not.toBe(names.targetGroup(long));
  });
});

describe('S17: discovery names', () => {
  test('are the virtual service with hyphens, and its port where there are several', () => {
    expect(discoveryName('user.shop.local', 80, false)).toBe('user-shop-local');
    expect(discoveryName('Audit.platform.local', 9000, true)).toBe('audit-platform-local-9000');
  });

  test('are legal and stay apart when they are long', () => {
    const long = `${'x'.repeat(80)}.local`;
    expect(discoveryName(long, 80, false)).toMatch(/^[a-z0-9_][a-z0-9_-]{0,63}$/);
    expect(discoveryName(long, 80, false)).not.toBe(discoveryName(`y${long}`, 80, false));
  });
});

test('S8: what can be an alias', () => {
  expect(['user.local', '_x', 'single'].every(isAliasName)).toBe(true);
  expect(['-user.local', 'User.local', '', 'a b', 'x'.repeat(128)].some(isAliasName)).toBe(false);
});
