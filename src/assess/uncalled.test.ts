import { expect, test } from 'vitest';
import { estateOf } from '../../test/fixtures/estates.ts';
import type { Estate } from '../estate/model.ts';
import { uncalledServices } from './uncalled.ts';

const shop = estateOf('01-simple-three-tier');
const namesOf = (estate: Estate, moving: readonly string[] = []) =>
  uncalledServices(estate, moving).map(({ name }) => name);

test('who is called, or has a load balancer before it, is brought along by an entry', () => {
  expect(namesOf(shop)).toEqual([]);
});

test('whom nobody calls is not, unless it moves already; a call of its own does not count', () => {
  const [called] = shop.edges;
  if (called === undefined) throw new Error('nobody calls anybody');
  const alone = { ...shop, edges: [{ ...called, from: called.to }] };
  expect(namesOf(alone)).toContain(called.to);
  expect(namesOf(alone), 'it has a load balancer').not.toContain('frontend');
  expect(namesOf(alone, [called.to])).not.toContain(called.to);
});

test('nor does a DAEMON, whose sides cannot take turns, or what is of another mesh', () => {
  const alone = { ...shop, edges: [] };
  const [first, ...others] = namesOf(alone);
  const services = alone.services.map((blue) =>
    blue.name === first ? { ...blue, service: { ...blue.service, schedulingStrategy: 'DAEMON' as const } } : blue,
  );
  expect(first).toBeDefined();
  expect(namesOf({ ...alone, services })).toEqual(others);
  expect(namesOf({ ...alone, mesh: { ...alone.mesh, name: 'other' } })).toEqual([]);
});
