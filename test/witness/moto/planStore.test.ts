import { afterAll, beforeAll, describe } from 'vitest';
import { TRAITS } from '../../../src/state/contract/traits.ts';
import { planStoreContract } from '../../../src/state/contract/planStoreContract.ts';
import { createTable } from '../../../src/state/createTable.ts';
import { dynamoStage } from '../../../src/state/testing.ts';
import { witness } from '../witnesses.ts';
import { type MotoServer, startMoto } from './motoServer.ts';

const { title, skip } = witness('moto');

describe.skipIf(skip)(title, () => {
  let moto: MotoServer | undefined;
  let tables = 0;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.close());

  planStoreContract(TRAITS.moto, async () => {
    if (moto === undefined) throw new Error('moto was not started');
    const stage = dynamoStage(moto.endpoint, `meshlift-${(tables += 1)}`, true);
    await createTable(stage.client, stage.table.name, async () => {});
    return stage;
  });
});
