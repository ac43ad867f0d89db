import { expect, test } from 'vitest';
import { RESOURCE_KINDS } from '../../../src/aws/resources/index.ts';
import { RESOURCE_SAGAS } from './resourceSagas.ts';
import { sagaTests } from './saga.ts';

test('every kind of resource has its saga', () => {
  expect(Object.keys(RESOURCE_SAGAS).toSorted()).toEqual([...RESOURCE_KINDS].toSorted());
});

for (const saga of Object.values(RESOURCE_SAGAS)) sagaTests(saga);
