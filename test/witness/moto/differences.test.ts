import { readFileSync } from 'node:fs';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../lab/clock.ts';
import { createSimulatedAws } from '../../../lab/simulated/simulatedAws.ts';
import { known } from '../../../src/aws/simulatedShop.ts';
import { exactWitness } from '../witnesses.ts';
import { createNetwork } from './albWorld.ts';
import { differencesOf, outcomesOf, type Outcome } from './compare.ts';
import { KNOWN_DIFFERENCES } from './knownDifferences.ts';
import { type MotoServer, startMoto } from './motoServer.ts';
import { STEPS } from './steps/steps.ts';

const { title, skip } = exactWitness('moto');

async function askMoto(endpoint: string): Promise<Outcome[]> {
  const { vpcId, subnets } = await createNetwork(endpoint);
  const credentials = { accessKeyId: 'AKIDPERSON', secretAccessKey: 'person' };
  const elbv2 = new ElasticLoadBalancingV2Client({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  return outcomesOf(STEPS, { elbv2, vpcId, subnets, arns: new Map() });
}

async function askLab(): Promise<Outcome[]> {
  const simulated = createSimulatedAws({ clock: new SimulatedClock() });
  const config = { ...simulated.clientConfig, maxAttempts: 1 };
  const { Subnets = [] } = await new EC2Client(config).send(new DescribeSubnetsCommand({}));
  const [first, second] = Subnets;
  const subnets = [known(first?.SubnetId), known(second?.SubnetId)];
  const elbv2 = new ElasticLoadBalancingV2Client(config);
  const outcomes = await outcomesOf(STEPS, { elbv2, vpcId: known(first?.VpcId), subnets, arns: new Map() });
  await simulated.close();
  return outcomes;
}

const answered = (outcomes: Outcome[]): number => outcomes.filter((outcome) => 'answer' in outcome).length;

/** The rows of the page's table, by their names. */
function explained(): string[] {
  const page = readFileSync(new URL('../../../docs/aws-behaviour.md', import.meta.url), 'utf8');
  const section = /^### 15\.1 [^]*?(?=^##)/m.exec(page)?.[0] ?? '';
  return [...section.matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1] ?? '');
}

describe.skipIf(skip)(`${title}: the same calls to moto and to the lab`, () => {
  let moto: MotoServer | undefined;
  let found: { what: string; reads: string }[] = [];
  beforeAll(async () => {
    moto = await startMoto();
    const theirs = await askMoto(moto.endpoint);
    const ours = await askLab();
    found = STEPS.flatMap(({ what }, index) =>
      differencesOf(known(ours[index]), known(theirs[index])).map((reads) => ({ what, reads })),
    );
    process.stdout.write(
      `${STEPS.length} calls: the lab answered ${answered(ours)}, moto ${answered(theirs)}; ${found.length} places differ.\n`,
    );
  });
  afterAll(() => moto?.close());

  test('§15.1: they differ only where it is explained', () => {
    const strange = found.filter(
      ({ what, reads }) => !KNOWN_DIFFERENCES.some((one) => one.steps.test(what) && one.reads.test(reads)),
    );
    expect(strange.map(({ what, reads }) => `${what} | ${reads}`)).toEqual([]);
  });

  test.each(KNOWN_DIFFERENCES)('$row is still a difference: $steps', ({ steps, reads }) => {
    expect(found.some((one) => steps.test(one.what) && reads.test(one.reads))).toBe(true);
  });

  test('§15.1: each difference is a row, and each row is one', () => {
    expect(explained().toSorted()).toEqual([...new Set(KNOWN_DIFFERENCES.map(({ row }) => row))].toSorted());
  });
});
