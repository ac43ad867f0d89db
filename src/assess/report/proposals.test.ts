import { expect, test } from 'vitest';
import { estateOf } from '../../../test/fixtures/estates.ts';
import type { BlueService, Edge } from '../../estate/model.ts';
import { planName, proposedPlans } from './proposals.ts';

const [frontend] = estateOf('01-simple-three-tier').services;
const servicesOf = (names: string): BlueService[] =>
  frontend === undefined ? [] : names.split(' ').map((name) => ({ ...frontend, name }));

/** `a>b b>c`. */
const edgesOf = (calls: string): Edge[] =>
  calls.split(' ').map((call): Edge => {
    const [from = '', to = ''] = call.split('>');
    return { from, to, virtualService: `${to}.local`, port: 80, source: 'appMesh', certainty: 'certain' };
  });

test('entries that need the same services are one plan, and what others need too is shared', () => {
  // a and b call each other; c calls the leaf that they call.
  const plans = proposedPlans(servicesOf('a b c leaf'), edgesOf('a>b b>a b>leaf c>leaf'), ['a', 'b', 'c']);
  expect(plans).toEqual([
    {
      name: 'c',
      entries: ['c'],
      services: ['c', 'leaf'],
      shared: ['leaf'],
      together: ['a'],
      missing: [],
    },
    {
      name: 'a',
      entries: ['a', 'b'],
      services: ['a', 'b', 'leaf'],
      shared: ['leaf'],
      together: ['c'],
      missing: [],
    },
  ]);
});

test('among plans of one size that which shares least comes first', () => {
  const plans = proposedPlans(servicesOf('a b c leaf own'), edgesOf('a>leaf b>leaf c>own'), ['a', 'b', 'c']);
  expect(plans.map((plan) => plan.name)).toEqual(['c', 'a', 'b']);
});

test('plans that share by a third have to be run together', () => {
  const plans = proposedPlans(servicesOf('a b c x y own'), edgesOf('a>x b>x b>y c>y'), ['a', 'b', 'c', 'own']);
  expect(plans.map(({ name, together }) => [name, together])).toEqual([
    ['own', undefined],
    ['a', ['b', 'c']],
    ['c', ['a', 'b']],
    ['b', ['a', 'c']],
  ]);
});

test('an entry that another calls is a plan of its own, and comes first', () => {
  const plans = proposedPlans(servicesOf('a b'), edgesOf('a>b'), ['a', 'b']);
  expect(plans.map(({ name, services }) => [name, services])).toEqual([
    ['b', ['b']],
    ['a', ['a', 'b']],
  ]);
});

test('a plan is named by a DNS label', () => {
  expect(planName('frontend')).toBe('frontend');
  for (const name of ['Front_End', '-a-', '___', 'x'.repeat(200)]) {
    expect(planName(name)).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  }
  expect(planName('Front_End')).not.toBe(planName('front-end'));
});
