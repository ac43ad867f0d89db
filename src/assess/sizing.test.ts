import { describe, expect, test } from 'vitest';
import { isOldPlatform } from './greenService.ts';
import { sizeOf } from './sizing.ts';

const task = (cpu: string | undefined, memory: string | undefined) => ({
  ...(cpu === undefined ? {} : { cpu }),
  ...(memory === undefined ? {} : { memory }),
  requiresCompatibilities: ['FARGATE' as const],
});
const APP = { name: 'app', cpu: 256, memory: 512 };

describe('S13: the room for the Service Connect proxy', () => {
  test('is what Envoy declared, where that is 256 CPU units and 64 MiB', () => {
    const sizing = sizeOf(task('512', '1024'), [APP], [{ name: 'envoy', cpu: 256, memory: 64 }]);
    expect(sizing).toMatchObject({ kind: 'kept', cpu: '512', memory: '1024' });
  });

  test('is added otherwise, up to the next size that Fargate has', () => {
    const sizing = sizeOf(task('256', '512'), [APP], [{ name: 'envoy' }]);
    expect(sizing).toMatchObject({ kind: 'raised', cpu: '512', memory: '1024', change: '256/512 -> 512/1024' });
  });

  test('is added to a size in vCPU and GB as to one in CPU units and MiB', () => {
    const written = sizeOf(task('.5 vCPU', '1 GB'), [APP], [{ name: 'envoy' }]);
    const { cpu, memory, kind } = sizeOf(task('512', '1024'), [APP], [{ name: 'envoy' }]);
    expect(written).toMatchObject({ cpu, memory, kind });
    expect(kind).toBe('raised');
  });

  test('changes nothing of a task on EC2 without CPU units, where Envoy leaves enough memory', () => {
    const blue = { memory: '1024', requiresCompatibilities: ['EC2' as const] };
    expect(sizeOf(blue, [APP], [{ name: 'envoy', memory: 64 }])).toMatchObject({ kind: 'kept', memory: '1024' });
  });

  test('where the size stays as it is, it is told why, and Envoy pays only where it declared enough', () => {
    const change = (blue: ReturnType<typeof task>, envoy: { cpu?: number; memory?: number }): string => {
      const sizing = sizeOf(blue, [APP], [{ name: 'envoy', ...envoy }]);
      expect(sizing.kind).toBe('kept');
      return sizing.change;
    };
    expect(change(task('512', '1024'), { cpu: 256, memory: 64 })).toBe(
      '512/1024: the removed Envoy pays for the proxy',
    );
    const largest = change(task('16384', '122880'), {});
    expect(largest).toContain('16384/122880: Fargate has no size of 16640 CPU units and 122944 MiB or more');
    const unread = change(task('half', '1024'), {});
    expect(unread).toContain('half/1024: this size is no number, so nothing was added');
    const onEc2 = { memory: '1024', requiresCompatibilities: ['EC2' as const] };
    const withoutCpu = sizeOf(onEc2, [APP], [{ name: 'envoy', memory: 64 }]).change;
    expect(withoutCpu).toBe(
      "-/1024: the removed Envoy's memory pays for the proxy's, and the task declares no CPU units",
    );
  });

  test('needs a memory for the whole task, which is made from its containers where there is none', () => {
    expect(sizeOf(task('512', undefined), [APP], [])).toMatchObject({ kind: 'memoryRequired', memory: '576' });
  });
});

test.each([
  ['1.3.0', true],
  ['1.4.0', false],
  ['LATEST', false],
  [undefined, false],
])('S13: the Fargate platform %s is too old for Service Connect: %s', (version, old) => {
  expect(isOldPlatform(version)).toBe(old);
});
