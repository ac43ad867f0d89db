import { expect, test } from 'vitest';
import { estateOf, exportOf, planFor } from '../../test/fixtures/estates.ts';
import { addCaller } from '../../test/fixtures/outsideCaller.ts';
import type { EstateExport } from '../estate/export.ts';
import { assess } from './assess.ts';
import type { Stack } from './model.ts';
import { buildStack } from './stack.ts';

const SIMPLE = '01-simple-three-tier';

const retain = (service: string) => ({
  code: 'OPS_CALLER_LEFT_BEHIND',
  place: `service/${service}`,
  choice: 'retain',
});

/** The stack of a plan that deletes the mesh and retains these. */
function stackWith(retained: readonly string[], alter: (exported: EstateExport) => void): Stack {
  const exported = exportOf(SIMPLE);
  alter(exported);
  const plan = planFor(SIMPLE, {
    decisions: retained.map(retain),
    retire: { soakMs: 0, mesh: 'delete', evidence: 'metrics', registries: 'handOver' },
  });
  const estate = estateOf(SIMPLE, exported);
  const assessment = assess(plan, estate);
  expect(assessment.refusals).toEqual([]);
  return buildStack(plan, estate, assessment, 1);
}

test('blue of a service with other callers stays, with its names and the mesh; green of it is made like any other', () => {
  const before = stackWith([], () => undefined);
  const stack = stackWith(['stock-api'], (exported) => addCaller(exported, 'batch', ['stock.local']));
  expect(stack.retire.retained).toEqual([{ service: 'stock-api', callers: ['batch'] }]);
  expect(stack.retire.services).toEqual(before.retire.services.filter((name) => name !== 'stock-api'));
  expect(stack.retire.registries.map(({ blue }) => blue)).not.toContain('stock-api');
  expect(stack.retire.mesh).toEqual([]);
  expect(stack.retire.meshSkipped).toBe('The mesh shop still serves batch, stock-api.');
  expect(stack.resources.map(({ id }) => id)).toEqual(before.resources.map(({ id }) => id));
});

test('blue that stays keeps blue of all that it calls', () => {
  const stack = stackWith(['user-api'], (exported) => {
    const user = exported.appMesh.virtualNodes.find((one) => one.virtualNodeName === 'user-vn');
    if (user?.spec === undefined) throw new Error('the fixture lost user-vn');
    user.spec.backends = [{ virtualService: { virtualServiceName: 'stock.local' } }];
    addCaller(exported, 'batch', ['user.local']);
  });
  expect(stack.retire.services).toEqual(['frontend']);
  expect(stack.retire.retained).toEqual([
    { service: 'stock-api', callers: ['user-api'] },
    { service: 'user-api', callers: ['batch'] },
  ]);
});

test('a decision that no caller asks for any more retains nothing', () => {
  const stack = stackWith(['stock-api'], () => undefined);
  expect(stack.retire.retained).toEqual([]);
  expect(stack.retire.services).toContain('stock-api');
});
