import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LabReady } from '../../../src/cli/lab.ts';
import { type Meshlift, startShopLab } from '../../processes/meshlift.ts';
import { AwsCli } from '../awsCli/awsCli.ts';
import { installProvider } from '../terraform/terraform.ts';
import { witness } from '../witnesses.ts';
import { PageShell } from './page.ts';

const terraform = witness('Terraform');
const cli = witness('AWS CLI');
const provider = terraform.skip ? undefined : await installProvider();
await (provider?.kind === 'installed' ? provider.remove() : undefined);
if (provider?.kind === 'missing') process.stdout.write(`Skipped: the README's deployment, since ${provider.why}.\n`);

const TEST_MS_MAX = 240_000;

describe.skipIf(terraform.skip || cli.skip || provider?.kind === 'missing')(
  `${terraform.title}, ${cli.title}: the README's section on ECS, on the lab`,
  { timeout: TEST_MS_MAX },
  () => {
    let lab: Meshlift;
    let ready: LabReady;
    let page: PageShell;

    beforeAll(async () => {
      // Its first block, but for `--json`.
      ({ lab, ready } = await startShopLab());
      page = new PageShell('README.md', { ...ready.environment, URL: ready.url });
    });

    afterAll(async () => {
      page?.end();
      await lab?.end();
    });

    test('its commands, typed as they stand, deploy the operator and migrate the shop', async () => {
      page.leave('while sleep 0.05; do curl');
      const said = await page.run('terraform init\nterraform apply\n');
      expect(said).toContain('Apply complete!');
      expect(said.trimEnd().split('\n').at(-1)).toMatch(/Succeeded/);

      const aws = new AwsCli(ready.environment);
      const services = await aws.json<string[]>('ecs list-services --cluster shop', '--query', 'sort(serviceArns)');
      expect(services.map((arn) => arn.split('/').at(-1))).toEqual([
        'frontend-sc',
        'meshlift-operator',
        'stock-api-sc',
        'user-api-sc',
      ]);
      const { callsByAccessKey, denied } = await lab.stats();
      expect(denied).toEqual([]);
      const shifting = Object.entries(callsByAccessKey).filter(
        ([, calls]) => 'elastic-load-balancing-v2:ModifyRule' in calls,
      );
      expect(shifting.length).toBeGreaterThan(0);
      expect(shifting.every(([key]) => key.startsWith('ASIA'))).toBe(true);
    });
  },
);
