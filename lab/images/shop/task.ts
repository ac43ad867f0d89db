import os from 'node:os';
import { call } from './calls.ts';

/** The ECS task that this process is, as ECS's metadata endpoint tells it; outside ECS, the host. */
export async function ownTask(): Promise<{ name: string }> {
  const base = process.env['ECS_CONTAINER_METADATA_URI_V4'];
  if (base === undefined) return { name: `local/${os.hostname()}` };
  const { status, body } = await call(`${base}/task`);
  if (status !== 200) throw new Error(`${base}/task answered ${status}`);
  const task = body as { TaskARN: string; ServiceName?: string };
  return { name: `${task.ServiceName ?? 'task'}/${task.TaskARN.slice(task.TaskARN.lastIndexOf('/') + 1)}` };
}
