import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assess } from '../../../src/assess/assess.ts';
import type { Stack } from '../../../src/assess/model.ts';
import type { EstateReport } from '../../../src/assess/report.ts';
import { buildStack } from '../../../src/assess/stack.ts';
import { Budget } from '../../../src/aws/budget.ts';
import { createClients } from '../../../src/aws/clients.ts';
import { takeInventory } from '../../../src/aws/inventory/inventory.ts';
import type { EstateExport } from '../../../src/estate/export.ts';
import { readEstate } from '../../../src/estate/fromExport.ts';
import { planFor } from '../../fixtures/estates.ts';
import { Meshlift } from '../../processes/meshlift.ts';
import type { ShopEstate } from './shopEstate.ts';

/** Every form in which Terraform gives its state away, by the name that a person's file would have. */
export async function statesOf({ terraform }: ShopEstate): Promise<Record<string, string>> {
  return {
    'terraform.tfstate': await readFile(join(terraform.directory, 'terraform.tfstate'), 'utf8'),
    'pulled.tfstate': await terraform.pull(),
    'state.json': await terraform.show(),
  };
}

const silent = (): void => {};

/** What the lab's APIs tell of the estate. Throws where a call failed. */
export async function liveExport({ ready }: ShopEstate): Promise<EstateExport> {
  const clients = createClients({
    endpoint: ready.endpoint,
    region: ready.region,
    credentials: { accessKeyId: 'AKIDWITNESS', secretAccessKey: 'witness' },
    log: { info: silent, warn: silent, error: silent, debug: silent },
    budget: new Budget(),
  });
  try {
    const exported = await takeInventory(clients, { cluster: 'shop', mesh: 'shop', clock: { now: () => Date.now() } });
    if (exported.errors.length > 0) throw new Error(`Not everything was read: ${JSON.stringify(exported.errors)}`);
    return exported;
  } finally {
    clients.destroy();
  }
}

/** What a plan on the shop's entry would make of the estate. Throws where the assessment refuses. */
export function stackOf(exported: EstateExport, listenerRule: string): Stack {
  const plan = planFor('01-simple-three-tier', {
    traffic: [{ service: 'frontend', alb: { listenerRule } }],
    accept: ['OPS_UNDER_TERRAFORM'],
  });
  const estate = readEstate(exported, 'shop', 'shop');
  const assessment = assess(plan, estate);
  if (assessment.refusals.length > 0) throw new Error(`Refused: ${JSON.stringify(assessment.refusals)}`);
  return buildStack(plan, estate, assessment, 1);
}

/** Where nothing answers: a verb that called AWS would fail. */
const NOWHERE = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_REGION: 'us-east-1' };

/** A person with the lab's endpoint, or `offline` with files alone, who keeps them beside Terraform's own. */
export class Person {
  readonly #shop: ShopEstate;

  constructor(shop: ShopEstate) {
    this.#shop = shop;
  }

  path(file: string): string {
    return join(this.#shop.terraform.directory, file);
  }

  async keep(file: string, text: string): Promise<string> {
    await writeFile(this.path(file), text);
    return this.path(file);
  }

  /** `meshlift export` of the shop, whose path it resolves with. */
  async exports(file: string): Promise<string> {
    await run(['export', '--cluster=shop', '--mesh=shop', '-o', this.path(file)], this.#shop.ready.environment, [0]);
    return this.path(file);
  }

  /** `meshlift assess -o json`; of the lab where no file is named, else of the files, offline. */
  async assesses(files: readonly string[]): Promise<EstateReport> {
    const from = files.flatMap((file) => ['--from', file]);
    const about = files.length === 0 ? ['--cluster=shop', '--mesh=shop'] : [];
    const environment = files.length === 0 ? this.#shop.ready.environment : NOWHERE;
    // 2: there are decisions to make, as there are for what Terraform made.
    return JSON.parse(await run(['assess', ...from, ...about, '-o', 'json'], environment, [0, 2])) as EstateReport;
  }
}

/** Standard output of a verb. Throws, with all that it said, where it ends with another exit code. */
async function run(
  verb: readonly string[],
  environment: Readonly<Record<string, string>>,
  exitCodes: readonly number[],
): Promise<string> {
  const lines: string[] = [];
  const meshlift = new Meshlift(verb, environment, (line) => lines.push(line));
  const exitCode = await meshlift.ended;
  if (exitCode === null || !exitCodes.includes(exitCode)) {
    throw new Error(`meshlift ${verb.join(' ')} ended with ${exitCode}:\n${meshlift.output}`);
  }
  return lines.join('\n');
}

/** Where each service stands in the configuration. */
const ADDRESSES: Readonly<Record<string, string>> = {
  frontend: 'aws_ecs_service.entry',
  'stock-api': 'aws_ecs_service.called["stock-api"]',
  'user-api': 'aws_ecs_service.called["user-api"]',
};

/** The report, where a state says under which address Terraform knows each service: AWS shows a tag at most. */
export const withAddresses = (report: EstateReport): EstateReport => ({
  ...report,
  services: report.services.map((one) => ({
    ...one,
    managedBy: { tool: 'terraform', address: ADDRESSES[one.name] ?? '' },
  })),
  findings: report.findings.map((one) => ({
    ...one,
    message: one.message.replace(
      'Its tag managed-by says so.',
      `It is ${ADDRESSES[one.place.replace('service/', '')] ?? ''} there.`,
    ),
  })),
});

/** A report on the live estate as a state alone tells it, which cannot tell how old it is and whether it is still so. */
export const asAStateTells = (live: EstateReport, where: string): EstateReport => {
  const report = withAddresses(live);
  return {
    ...report,
    takenAt: '',
    mesh: {
      ...report.mesh,
      answer: { state: 'read', why: `App Mesh was not asked: the mesh shop is as ${where} has it.` },
    },
    services: report.services.map((one) => ({
      ...one,
      virtualNode: one.virtualNode && { ...one.virtualNode, certainty: 'recorded' },
      readFrom: where,
    })),
    calls: report.calls.map((one) => ({ ...one, certainty: 'recorded' })),
  };
};

/** A report without what only AWS tells: the room beside what runs, and the tasks that no service keeps. */
export const withoutRoom = (report: EstateReport): EstateReport => ({
  ...report,
  capacity: report.capacity.map(({ what, need, unit }) => ({
    what,
    need,
    unit,
    have: undefined,
    source: '',
    verdict: 'unknown',
  })),
  gaps: report.gaps.filter(({ place }) => place !== 'tasks without a service'),
});
