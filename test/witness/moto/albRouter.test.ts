import { afterAll, beforeAll, describe } from 'vitest';
import { routerContract } from '../../../src/aws/routers/contract.ts';
import { witness } from '../witnesses.ts';
import { createNetwork, type MotoNetwork, motoWorld } from './albWorld.ts';
import { type MotoServer, startMoto } from './motoServer.ts';

const { title, skip } = witness('moto');

describe.skipIf(skip)(title, () => {
  let moto: MotoServer | undefined;
  let network: MotoNetwork;
  beforeAll(async () => {
    moto = await startMoto();
    network = await createNetwork(moto.endpoint);
  });
  afterAll(() => moto?.close());

  routerContract('a listener rule', () => motoWorld(network, 'rule'));
  routerContract('a listener’s default action', () => motoWorld(network, 'listener'));
});
