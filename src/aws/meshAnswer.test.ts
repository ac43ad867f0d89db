import { CreateMeshCommand, DeleteMeshCommand } from '@aws-sdk/client-app-mesh';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMeshAnswer } from './meshAnswer.ts';
import { createShop, operatorClients, type Shop } from './simulatedShop.ts';

const throttled = () =>
  Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });

let shop: Shop;
beforeEach(async () => {
  shop = await createShop();
});
afterEach(() => shop.close());

test('A0: a mesh that is there, one that is not, and an App Mesh that does not answer', async () => {
  const { clients } = operatorClients(shop.simulated);
  const person = await shop.person.appMesh();
  expect(await readMeshAnswer(clients, 'shop')).toMatchObject({ state: 'absent' });
  await person.send(new CreateMeshCommand({ meshName: 'shop' }));
  expect(await readMeshAnswer(clients, 'shop')).toMatchObject({ state: 'read' });
  await person.send(new DeleteMeshCommand({ meshName: 'shop' }));
  expect(await readMeshAnswer(clients, 'shop')).toMatchObject({ state: 'absent' });
  shop.simulated.faults.set('app-mesh-gone', true);
  expect(await readMeshAnswer(clients, 'shop')).toMatchObject({ state: 'unreachable' });
});

test('"later" tells of neither, and is thrown', async () => {
  const { clients } = operatorClients(shop.simulated);
  const { middlewareStack } = await clients.appMesh();
  middlewareStack.add(() => () => Promise.reject(throttled()), { step: 'finalizeRequest' });
  await expect(readMeshAnswer(clients, 'shop')).rejects.toMatchObject({ name: 'ThrottlingException' });
});
