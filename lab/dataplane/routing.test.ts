import { expect, test } from 'vitest';
import type { TaskMesh } from '../services/ports.ts';
import { interceptsOf, routesOf } from './routing.ts';
import { BLUE, FakeCloudMap, FakeMesh, green } from './testWorld.ts';

const timeouts = (mesh: TaskMesh) => [
  ...routesOf(mesh, new FakeCloudMap(), new FakeMesh()).map((route) => route.perRequestTimeoutMs),
  ...interceptsOf(mesh, [8080]).map((intercept) => intercept.perRequestTimeoutMs),
];

function withTimeout(perRequestTimeoutMs: number): TaskMesh {
  const mesh = green('user-api', 'user-8080', ['stock']);
  if (mesh.kind !== 'serviceConnect') throw new Error('green is no Service Connect task');
  return {
    ...mesh,
    serves: mesh.serves.map((served) => ({ ...served, perRequestTimeoutMs })),
    endpoints: mesh.endpoints.map((endpoint) => ({ ...endpoint, perRequestTimeoutMs })),
  };
}

test('S12: on both sides of Service Connect a request has 15 s by default, its own timeout where it is given, and 0 is none', () => {
  expect(timeouts(green('user-api', 'user-8080', ['stock']))).toEqual([15_000, 15_000]);
  expect(timeouts(withTimeout(3_000))).toEqual([3_000, 3_000]);
  expect(timeouts(withTimeout(0))).toEqual([0, 0]);
});

test('S12: a mesh’s own timeout goes with the route; the way in to its task has none', () => {
  const mesh = new FakeMesh();
  mesh.route('stock.shop.local', { stock: 1 });
  expect(routesOf(BLUE, new FakeCloudMap(), mesh).map((route) => route.perRequestTimeoutMs)).toEqual([15_000]);
  expect(interceptsOf(BLUE, [8080])).toEqual([{ containerPort: 8080, perRequestTimeoutMs: 0 }]);
});
