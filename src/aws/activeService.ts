import { DescribeServicesCommand, type Service } from '@aws-sdk/client-ecs';
import type { AwsClients } from './clients.ts';

/** The service of that name; `undefined` when there is none, or it is being deleted. Errors are the SDK's. */
export async function activeService({ ecs }: AwsClients, cluster: string, name: string): Promise<Service | undefined> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [name] }));
  return services?.find((one) => one.status === 'ACTIVE');
}
