import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { witness } from '../witnesses.ts';
import { Migration } from './migration.ts';
import { standUp, type ShopEstate } from './shopEstate.ts';
import { installProvider } from './terraform.ts';

const { title, skip } = witness('Terraform');
const provider = skip ? undefined : await installProvider();
if (provider?.kind === 'missing') {
  process.stdout.write(`Skipped: Terraform writing over a plan's rule, since ${provider.why}.\n`);
}

/** The first bake is long enough for somebody to run Terraform in it. */
const STEPS = [
  { weight: 50, bake: '20m' },
  { weight: 100, bake: '4m' },
];

const BAKES = /^Status: .*50% green +baking/m;

describe.skipIf(provider?.kind !== 'installed')(`${title}: a rule edited by terraform apply`, () => {
  let shop: ShopEstate;
  let migration: Migration;

  beforeAll(async () => {
    if (provider?.kind !== 'installed') throw new Error('there is no provider');
    shop = await standUp(provider);
    migration = new Migration(shop);
  });

  afterAll(async () => {
    await migration?.end();
    await shop?.end();
    if (provider?.kind === 'installed') await provider.remove();
  });

  /** Waits for green's half to bake, and lets Terraform apply what it knows. Resolves with the rule as it was before that. */
  async function isWrittenBackByTerraform(): Promise<Action[]> {
    await migration.untilDescribed('green bakes at 50 %', BAKES);
    const ours = await migration.ruleActions();
    await shop.terraform.apply();
    await migration.meshlift('wait', 'shop', '--for=condition=Drifted', '--timeout=1m');
    expect(await migration.ruleActions()).not.toEqual(ours);
    const described = await migration.meshlift('describe', 'plan', 'shop');
    expect(described).toMatch(/^Status: .*Halted/m);
    expect(described).toMatch(/^ +Drifted +True .*weight of blue 50 → all, of green 50 → none$/m);
    return ours;
  }

  async function failedNobody(scenario: string): Promise<void> {
    const users = await migration.users(scenario);
    expect(users).toMatchObject({ blue: { failed: 0 }, green: { failed: 0 }, nobody: { failed: 0 } });
    expect(users.green.requests).toBeGreaterThan(0);
  }

  test('at 50 % halts the plan, which tells it field by field; an abort leaves Terraform nothing to change', async () => {
    const before = await migration.ruleActions();
    await migration.submit(STEPS);
    await isWrittenBackByTerraform();
    const byTerraform = await migration.ruleActions();
    expect(await shop.terraform.plan()).toMatchObject({ exitCode: 0, changes: [] });
    expect(await migration.ruleActions(), 'nobody writes over Terraform').toEqual(byTerraform);
    await migration.meshlift('abort', 'shop', '--reason=Terraform has the rule');
    await migration.meshlift('wait', 'shop', '--for=condition=RolledBack', '--timeout=1m');
    expect(await migration.ruleActions()).toEqual(before);
    expect(await shop.terraform.plan()).toMatchObject({ exitCode: 0, changes: [] });
    await failedNobody('terraform apply writes over the rule at 50 %, then an abort');
  });

  test('halts the next attempt too; with the rule put back the step bakes again, and the plan goes on until blue may go', async () => {
    await migration.meshlift('retry', 'shop', '--reason=nobody applies any more');
    await migration.writeRule(await isWrittenBackByTerraform());
    await migration.untilDescribed('the step bakes again', BAKES);
    await migration.meshlift('promote', 'shop', '--reason=it has baked before');
    expect(await migration.waitsForApproval()).toContain('infrastructure-as-code');
    await failedNobody('and once more in a second attempt, with the rule put back');
  });
});
