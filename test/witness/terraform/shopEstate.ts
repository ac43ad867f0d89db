import type { AlbUrl } from '../../../lab/dataplane/albPlane.ts';
import { deployOperatorRole, type OperatorCredentials } from '../../../src/cli/demo/operatorAccess.ts';
import type { LabListening } from '../../../src/cli/lab.ts';
import { type EmptyLabReady, type Meshlift, startLab } from '../../processes/meshlift.ts';
import { type Inventory, takeInventory } from './inventory.ts';
import { type Provider, Terraform } from './terraform.ts';

/** The sample estate as Terraform made it, on a lab of its own that was empty before. */
export interface ShopEstate {
  lab: Meshlift;
  ready: EmptyLabReady;
  terraform: Terraform;
  /** Of the operator's role, which is there before Terraform comes, with its table. */
  operator: OperatorCredentials;
  /** What the lab held before Terraform came. */
  before: Inventory;
  /** Where users come in. */
  url: string;
  end(): Promise<void>;
}

/** The alarm is to hear of users who wait, and not of a test that shares its cores with Terraform. */
const PATIENCE = { TF_VAR_latency_threshold_seconds: '10' };

/** Starts `meshlift lab` without an estate, and lets Terraform apply its own. */
export async function standUp(provider: Extract<Provider, { kind: 'installed' }>): Promise<ShopEstate> {
  const listeners: AlbUrl[] = [];
  const { lab, ready } = await startLab([], (line) => {
    if (line.startsWith('{"listener"')) listeners.push((JSON.parse(line) as LabListening).listener);
  });
  try {
    const operator = await deployOperatorRole(ready, {
      clusterNames: ['shop'],
      passRoleNames: ['*-task', 'shop-ecs-execution'],
    });
    const before = await takeInventory(ready);
    const terraform = await Terraform.begin(provider, { ...ready.environment, ...PATIENCE });
    await terraform.apply();
    const [listener, ...more] = listeners;
    if (listener === undefined || more.length > 0) {
      throw new Error(`One listener was to take connections, and ${listeners.length} do:\n${lab.output}`);
    }
    return {
      lab,
      ready,
      terraform,
      operator,
      before,
      url: listener.url,
      end: async () => {
        await lab.end();
        await terraform.end();
      },
    };
  } catch (error) {
    await lab.end();
    throw error;
  }
}
