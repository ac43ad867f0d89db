/** Row N74: Fargate demands a prefix; without one a stream is named after its container's own id, which the lab does not have. */
export function taskStream(prefix: string, container: string, taskArn: string): string {
  const taskId = taskArn.slice(taskArn.lastIndexOf('/') + 1);
  return prefix === '' ? taskId : `${prefix}/${container}/${taskId}`;
}
