import type { Json } from '../estate/export.ts';
import { cpuUnitsOf, mebibytesOf } from './taskAmounts.ts';
import type * as Ecs from '@aws-sdk/client-ecs';

type Container = Json<Ecs.ContainerDefinition>;

/** The size of a green task, and how it came about. */
export interface Sizing {
  cpu: string | undefined;
  memory: string | undefined;
  kind: 'kept' | 'raised' | 'memoryRequired';
  /** `256/512 -> 512/1024`; where it is kept the size, and why: `512/1024: the removed Envoy pays for the proxy`. */
  change: string;
}

/** What AWS advises to add for the Service Connect proxy. */
const PROXY_CPU_UNITS = 256;
const PROXY_MEMORY_MIB = 64;

const gib = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => (from + index * step) * 1024);

/** CPU units → memory sizes in MiB that Fargate takes with them. */
const FARGATE_SIZES: readonly (readonly [number, readonly number[]])[] = [
  [256, [512, 1024, 2048]],
  [512, gib(1, 4, 1)],
  [1024, gib(2, 8, 1)],
  [2048, gib(4, 16, 1)],
  [4096, gib(8, 30, 1)],
  [8192, gib(16, 60, 4)],
  [16384, gib(32, 120, 8)],
];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * The proxy of Service Connect takes the place of Envoy (`mesh-mapping.md` 2.2, step 9): what Envoy declared pays for it, or
 * the task grows. Task-level memory is mandatory (row S13).
 */
export function sizeOf(
  taskDefinition: Json<Ecs.TaskDefinition>,
  kept: readonly Container[],
  removed: readonly Container[],
): Sizing {
  const { cpu, memory } = taskDefinition;
  const memoryOf = (container: Container): number => container.memory ?? container.memoryReservation ?? 0;
  const freed = {
    cpu: sum(removed.map((container) => container.cpu ?? 0)),
    memory: sum(removed.map(memoryOf)),
  };
  const limits = sum(kept.map((container) => container.memory ?? 0));
  if (memory === undefined) {
    const needed = {
      cpu: cpu ?? String(sum(kept.map((container) => container.cpu ?? 0)) + PROXY_CPU_UNITS),
      memory: String(sum(kept.map(memoryOf)) + PROXY_MEMORY_MIB),
    };
    return { ...needed, kind: 'memoryRequired', change: `${cpu ?? '-'}/- -> ${needed.cpu}/${needed.memory}` };
  }
  const asKept = (why: string): Sizing => ({ cpu, memory, kind: 'kept', change: `${cpu ?? '-'}/${memory}: ${why}` });
  if (removed.length === 0) return asKept('no proxy is removed');
  if (freed.cpu >= PROXY_CPU_UNITS && freed.memory >= PROXY_MEMORY_MIB) {
    return asKept('the removed Envoy pays for the proxy');
  }

  const blue = { cpu: cpu === undefined ? 0 : cpuUnitsOf(cpu), memory: mebibytesOf(memory) };
  // A size that is no number, or that Fargate's table does not reach, is left for a person to judge.
  if (blue.cpu === undefined || blue.memory === undefined) {
    return asKept('this size is no number, so nothing was added for the proxy');
  }
  const wanted = {
    cpu: blue.cpu + PROXY_CPU_UNITS - freed.cpu,
    memory: Math.max(blue.memory + PROXY_MEMORY_MIB - freed.memory, limits + PROXY_MEMORY_MIB),
  };
  const fargate = taskDefinition.requiresCompatibilities?.includes('FARGATE') ?? false;
  const next = fargate
    ? nextFargateSize(wanted.cpu, wanted.memory)
    : { cpu: Math.max(wanted.cpu, blue.cpu), memory: Math.max(wanted.memory, blue.memory) };
  if (next === undefined) {
    return asKept(
      `Fargate has no size of ${wanted.cpu} CPU units and ${wanted.memory} MiB or more, so the proxy takes its share of what the containers have`,
    );
  }
  const hasCpu = cpu !== undefined || fargate;
  if ((!hasCpu || next.cpu === blue.cpu) && next.memory === blue.memory) {
    return asKept(
      hasCpu
        ? 'what the removed Envoy leaves is enough'
        : "the removed Envoy's memory pays for the proxy's, and the task declares no CPU units",
    );
  }
  const raised = { cpu: hasCpu ? String(next.cpu) : undefined, memory: String(next.memory) };
  return { ...raised, kind: 'raised', change: `${cpu ?? '-'}/${memory} -> ${raised.cpu ?? '-'}/${raised.memory}` };
}

function nextFargateSize(cpu: number, memory: number): { cpu: number; memory: number } | undefined {
  for (const [units, sizes] of FARGATE_SIZES) {
    const size = sizes.find((one) => one >= memory);
    if (units >= cpu && size !== undefined) return { cpu: units, memory: size };
  }
  return undefined;
}
