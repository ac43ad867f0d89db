import { assess } from '../../../src/assess/assess.ts';
import type { EstateExport } from '../../../src/estate/export.ts';
import type { PlanSpec } from '../../../src/plan/model.ts';
import { canonicalJson } from '../../../src/plan/canonical.ts';
import { exportOf, estateOf, planFor } from '../../fixtures/estates.ts';

/** The estate that every schedule moves: three services behind one listener. Nobody changes it. */
export const SHOP: EstateExport = exportOf('01-simple-three-tier');

/** A service that nobody calls, and whose sides take turns where a plan has it. */
export const WORKER = 'worker';

/** Copies of things of one service, as the worker's. */
const like = <T>(things: readonly T[], isMeant: (one: T) => boolean): T[] =>
  things
    .filter(isMeant)
    .map(
      (one) =>
        JSON.parse(JSON.stringify(one).replaceAll('stock-api', WORKER).replaceAll('stock-vn', `${WORKER}-vn`)) as T,
    );

/** The same estate with it, made of one that it has. */
export const SHOP_WITH_WORKER: EstateExport = withWorker(SHOP);

function withWorker(shop: EstateExport): EstateExport {
  const { services, taskDefinitions } = shop.ecs;
  const { virtualNodes } = shop.appMesh;
  const nodes = like(virtualNodes, ({ virtualNodeName }) => virtualNodeName === 'stock-vn');
  return {
    ...shop,
    ecs: {
      ...shop.ecs,
      services: [
        ...services,
        ...like(services, ({ serviceName }) => serviceName === 'stock-api').map((one) => ({
          ...one,
          serviceRegistries: [],
        })),
      ],
      taskDefinitions: [
        ...taskDefinitions,
        ...like(taskDefinitions, ({ taskDefinition }) => taskDefinition?.family === 'stock-api'),
      ],
    },
    appMesh: {
      ...shop.appMesh,
      virtualNodes: [
        ...virtualNodes,
        ...nodes.map((node) => ({ ...node, spec: { ...node.spec, serviceDiscovery: undefined } })),
      ],
    },
  };
}

export const PLAN = 'move';
export const ALARMS = ['shop-5xx', 'shop-latency'] as const;
export const BAKE_MS = 60_000;
export const WEIGHTS = [10, 50, 100] as const;

const { services: moved } = assess(planFor('01-simple-three-tier'), estateOf('01-simple-three-tier'));

/** How many tasks each blue service has, by name. */
export const BLUE_COUNTS: ReadonlyMap<string, number> = new Map(
  SHOP_WITH_WORKER.ecs.services
    .filter(({ serviceName = '' }) => serviceName === WORKER || moved.includes(serviceName))
    .map(({ serviceName = '', desiredCount = 0 }) => [serviceName, desiredCount]),
);

/** Which revision each of them runs. */
export const BLUE_REVISIONS: ReadonlyMap<string, string> = new Map(
  SHOP_WITH_WORKER.ecs.services.map(({ serviceName = '', taskDefinition = '' }) => [serviceName, taskDefinition]),
);

/** The one that the listener sends to. */
export const ENTRY = 'frontend';

/** What plans differ in. */
export interface PlanKind {
  onDrift: PlanSpec['onDrift'];
  below: PlanSpec['rollback']['viability']['below'];
  approvals: readonly ('beforeRamp' | 'beforeRetire')[];
  /** Of the worker; `none`: there is no worker. */
  cutover: 'none' | 'exclusive' | 'manual';
}

export function manifestOf(
  { onDrift, below, approvals, cutover }: PlanKind,
  isPaused: boolean,
): Record<string, unknown> {
  return {
    apiVersion: 'meshlift.dev/v1',
    kind: 'MigrationPlan',
    metadata: { name: PLAN },
    spec: {
      source: { cluster: 'shop', mesh: 'shop' },
      ...(cutover === 'none'
        ? {}
        : { services: { ...Object.fromEntries(moved.map((name) => [name, {}])), [WORKER]: { cutover } } }),
      traffic: planFor('01-simple-three-tier').spec.traffic,
      ramp: { steps: WEIGHTS.map((weight) => ({ weight, bake: `${BAKE_MS / 1000}s` })) },
      gates: { alarms: [...ALARMS], shortBakes: 'force', approvals },
      onDrift,
      rollback: { viability: { below } },
      retire: { soak: '1m', evidence: 'callGraph' },
      paused: isPaused,
    },
  };
}

/** Hashing and comparing manifests is no part of what schedules are about: one answer for each that there is. */
const hashes = new WeakMap<object, string>();
export function hashOf(manifest: unknown): string {
  if (typeof manifest !== 'object' || manifest === null) return '';
  const known = hashes.get(manifest);
  if (known !== undefined) return known;
  const hash = canonicalJson(manifest);
  hashes.set(manifest, hash);
  return hash;
}
