import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployOperatorRole } from '../../src/cli/demo/operatorAccess.ts';
import { attributesOf, OtlpReceiver } from '../otlpReceiver.ts';
import { bundleInto } from '../../tools/bundling.ts';
import { Meshlift, startLab } from '../processes/meshlift.ts';

let folder: string;
let collector: OtlpReceiver;
let lab: Awaited<ReturnType<typeof startLab>>;

/** The bundle, as the image has it: OpenTelemetry's packages are in a part of it that is loaded for them alone. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meshlift-observed-'));
  await bundleInto(join(folder, 'dist'));
  copyFileSync('package.json', join(folder, 'package.json'));
  collector = await OtlpReceiver.listen();
  lab = await startLab([]);
}, 120_000);

afterAll(async () => {
  await lab.lab.end();
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

test('an operator sends traces to a collector and metrics to its log, each because a variable says so', async () => {
  const program = join(folder, 'dist/meshlift.js');
  const { environment } = lab.ready;
  const lines: Record<string, unknown>[] = [];
  const role = await deployOperatorRole(lab.ready, { clusterNames: ['shop'], passRoleNames: ['*-task'] });
  const operator = new Meshlift(
    ['operator', '--name', 'op-1'],
    { ...environment, ...role, MESHLIFT_METRICS: 'emf', OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint },
    (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
    program,
  );
  await expect.poll(() => lines.map(({ msg }) => msg), { timeout: 30_000 }).toContain('started');
  const apply = new Meshlift(['apply', '-f', 'examples/shop.yaml', '--skip-admission'], environment, () => {}, program);
  expect(await apply.ended, apply.output).toBe(0);

  const reconciled = () => collector.spans.filter(({ name }) => name === 'reconcile').map((span) => attributesOf(span));
  await expect
    .poll(() => reconciled().find((span) => span['meshlift.uid'] !== undefined), { timeout: 30_000 })
    .toMatchObject({ 'meshlift.plan': 'shop', 'meshlift.state': 'inventory.assess', 'meshlift.epoch': 1 });
  expect(await operator.end(), operator.output).toBe(0);

  const ids = new Set(collector.spans.filter(({ name }) => name === 'reconcile').map(({ spanId }) => spanId));
  const calls = collector.spans.filter(({ name }) => name !== 'reconcile');
  expect(calls.every(({ parentSpanId }) => parentSpanId !== undefined && ids.has(parentSpanId))).toBe(true);
  const names = calls.map(({ name }) => name);
  expect(names, 'the lease is taken, and the status written').toContain('dynamodb:UpdateItem');
  expect(
    names.some((name) => !name.startsWith('dynamodb:')),
    'AWS is asked',
  ).toBe(true);
  expect(collector.resources[0]).toMatchObject({ 'service.name': 'meshlift', 'service.instance.id': 'op-1' });

  const told = lines.filter(({ msg }) => msg === 'metrics');
  expect(told.length).toBeGreaterThan(0);
  expect(told.at(-1)).toMatchObject({ operator: 'op-1', table: 'meshlift', _aws: { Timestamp: expect.any(Number) } });
  const reconciles = told.reduce((sum, line) => sum + Number(line['reconcile_total']), 0);
  expect(reconciles).toBeGreaterThanOrEqual(ids.size);
  expect(lines.map(({ msg }) => msg)).not.toContain('tracesLost');
  expect((await lab.lab.stats()).denied).toEqual([]);
});
