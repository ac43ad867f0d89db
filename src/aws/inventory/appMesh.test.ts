import type { AppMeshClient } from '@aws-sdk/client-app-mesh';
import { afterEach, expect, test, vi } from 'vitest';
import { exportOf } from '../../../test/fixtures/estates.ts';
import { readAppMesh } from './appMesh.ts';
import { ReadErrors } from './reading.ts';

afterEach(() => vi.restoreAllMocks());

/**
 * App Mesh with a mesh of many virtual nodes, where each call takes a while of a clock of its own, by which signals end too. A call
 * whose signal has ended fails as the SDK's does.
 */
function slowAppMesh(nodes: number, answerMs: number, darkAfterMs = Number.POSITIVE_INFINITY): AppMeshClient {
  const [mesh] = exportOf('01-simple-three-tier').appMesh.meshes;
  let now = 0;
  const deadlines = new Map<AbortSignal, number>();
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const { signal } = new AbortController();
    deadlines.set(signal, now + ms);
    return signal;
  });
  const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
    DescribeMeshCommand: () => ({ mesh }),
    ListVirtualNodesCommand: () => ({
      virtualNodes: Array.from({ length: nodes }, (_, index) => ({ virtualNodeName: `node-${index}` })),
    }),
    DescribeVirtualNodeCommand: ({ virtualNodeName }) => ({ virtualNode: { meshName: 'shop', virtualNodeName } }),
  };
  const send = (
    command: { input: Record<string, unknown>; constructor: { name: string } },
    { abortSignal }: { abortSignal: AbortSignal },
  ): Promise<unknown> => {
    const deadline = deadlines.get(abortSignal) ?? 0;
    now = now >= darkAfterMs ? deadline : now + answerMs;
    return now >= deadline
      ? Promise.reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }))
      : Promise.resolve(answers[command.constructor.name]?.(command.input) ?? {});
  };
  return { send } as unknown as AppMeshClient;
}

test('a mesh of thousands of resources is read to its end, however long that takes', async () => {
  const client = slowAppMesh(4_000, 50);
  const errors = new ReadErrors();
  const { answer, appMesh } = await readAppMesh({ appMesh: () => Promise.resolve(client) }, 'shop', errors);
  expect(answer.state).toBe('read');
  expect(appMesh.virtualNodes).toHaveLength(4_000);
  expect(errors.errors).toEqual([]);
});

test('an App Mesh that goes dark while it is read is unreachable, and nothing of it is half told', async () => {
  const client = slowAppMesh(4_000, 50, 10_000);
  const { answer, appMesh } = await readAppMesh({ appMesh: () => Promise.resolve(client) }, 'shop', new ReadErrors());
  expect(answer.state).toBe('unreachable');
  expect(appMesh.virtualNodes).toEqual([]);
});
