import { TRAITS } from './contract/traits.ts';
import { planStoreContract } from './contract/planStoreContract.ts';
import { memoryStage, startTestTable } from './testing.ts';

planStoreContract(TRAITS.dynalite, startTestTable);
planStoreContract(TRAITS.memory, () => Promise.resolve(memoryStage()));
