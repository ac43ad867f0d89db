import { expect, test } from 'vitest';
import { estateOf, planFor, withoutAppMesh, exportOf } from '../../test/fixtures/estates.ts';
import type { BlueService, Estate } from '../estate/model.ts';
import { assess } from './assess.ts';
import { solelyThrough } from './edgeOnly.ts';
import { buildStack } from './stack.ts';

const SHOP = '01-simple-three-tier';

interface Case {
  what: string;
  alter?: (estate: Estate, frontend: BlueService) => void;
  service?: string;
  rules: number;
}

const CASES: Case[] = [
  { what: 'a service that only its rule leads to', rules: 1 },
  { what: 'a service that another calls', service: 'user-api', rules: 0 },
  {
    what: 'an entry that another service calls as well',
    alter: ({ edges }) => {
      const [edge] = edges;
      if (edge === undefined) throw new Error('the fixture lost its calls');
      edges.push({ ...edge, from: 'user-api', to: 'frontend' });
    },
    rules: 0,
  },
  {
    what: 'an entry that registers in Cloud Map',
    alter: (_estate, { service }) => {
      service.serviceRegistries = [{ registryArn: 'arn:registry' }];
    },
    rules: 0,
  },
  {
    what: 'an entry behind a second target group',
    alter: (_estate, { service }) => {
      service.loadBalancers = [...(service.loadBalancers ?? []), { targetGroupArn: 'arn:other' }];
    },
    rules: 0,
  },
  {
    what: 'an entry in a mesh with a node that may run elsewhere',
    alter: ({ mesh }) => {
      mesh.unmatchedNodes = [{ name: 'batch-vn', kind: 'registered', hostname: undefined }];
    },
    rules: 0,
  },
];

test.each(CASES)('$what', ({ alter, service = 'frontend', rules }) => {
  const estate = estateOf(SHOP);
  const plan = planFor(SHOP);
  const stack = buildStack(plan, estate, assess(plan, estate), 1);
  const blue = (name: string): BlueService => {
    const found = estate.services.find((one) => one.name === name);
    if (found === undefined) throw new Error(`the fixture lost ${name}`);
    return found;
  };
  alter?.(estate, blue('frontend'));
  expect(solelyThrough(estate, stack, blue(service))).toHaveLength(rules);
});

test('nothing is known of callers where App Mesh did not answer', () => {
  const estate = estateOf(SHOP, withoutAppMesh(exportOf(SHOP)));
  const plan = planFor(SHOP);
  const stack = buildStack(plan, estate, assess(plan, estate), 1);
  expect(estate.services.flatMap((blue) => solelyThrough(estate, stack, blue))).toEqual([]);
});
