import type { ServiceHealth } from '../readings.ts';

/** A service of which so many are healthy, as it is read. */
export const service = (healthy: number, desired = 2): ServiceHealth => ({
  service: 'frontend',
  exists: true,
  desired,
  running: healthy,
  healthy,
  checked: true,
  steady: healthy === desired,
  taskDefinition: 'frontend:1',
  why: 'because',
});
