import os from 'node:os';

/** The ECS task that this process is, as ECS's metadata endpoint tells it; outside ECS, the host. */
export async function ownTask(): Promise<{ name: string }> {
  const base = process.env['ECS_CONTAINER_METADATA_URI_V4'];
  if (base === undefined) return { name: `local/${os.hostname()}` };
  const response = await fetch(`${base}/task`);
  if (!response.ok) throw new Error(`${base}/task answered ${response.status}`);
  const task = (await response.json()) as { TaskARN: string; ServiceName?: string };
  return { name: `${task.ServiceName ?? 'task'}/${task.TaskARN.slice(task.TaskARN.lastIndexOf('/') + 1)}` };
}
