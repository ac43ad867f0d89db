import type http from 'node:http';
import type { ProxyConfiguration } from './protocol.ts';

/** Where every ECS task finds its own metadata. */
export const METADATA_HOST = '169.254.170.2';

/** The path of a task's metadata below 169.254.170.2, as `ECS_CONTAINER_METADATA_URI_V4` names it. */
export function metadataPath(taskArn: string, containerName: string): string {
  return `/v4/${taskId(taskArn)}-${containerName}`;
}

/** The last part of a task's ARN. */
function taskId(taskArn: string): string {
  return taskArn.slice(taskArn.lastIndexOf('/') + 1);
}

/** Answers ECS's task metadata endpoint, version 4: the container at its own path, the task at `/task` below it. */
export function taskMetadata(
  configuration: ProxyConfiguration,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const path = metadataPath(configuration.taskArn, configuration.container.name);
  const container = {
    DockerId: `${taskId(configuration.taskArn)}-${configuration.container.name}`,
    Name: configuration.container.name,
    Image: configuration.container.image,
    KnownStatus: 'RUNNING',
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [configuration.ip] }],
  };
  const answers: Record<string, unknown> = {
    [path]: container,
    [`${path}/task`]: {
      Cluster: configuration.clusterName,
      TaskARN: configuration.taskArn,
      ...(configuration.serviceName === undefined ? {} : { ServiceName: configuration.serviceName }),
      DesiredStatus: 'RUNNING',
      KnownStatus: 'RUNNING',
      LaunchType: 'FARGATE',
      Containers: [container],
    },
  };
  const answer = answers[request.url ?? ''];
  request.resume();
  response
    .writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' })
    .end(JSON.stringify(answer ?? { error: `no metadata at ${request.url}` }));
}
