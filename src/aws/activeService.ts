import type { Service } from '@aws-sdk/client-ecs';
import type { AwsClients } from './clients.ts';
import { readService } from './reads/services.ts';

/** The service of that name; `undefined` when there is none, or it is being deleted. Errors are the SDK's. */
export async function activeService(clients: AwsClients, cluster: string, name: string): Promise<Service | undefined> {
  const service = await readService(clients, cluster, name);
  return service?.status === 'ACTIVE' ? service : undefined;
}
