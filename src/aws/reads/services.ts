import { DescribeServicesCommand, type Service } from '@aws-sdk/client-ecs';
import type { AwsClients } from '../clients.ts';
import type { Kind } from './sharedRead.ts';

export interface ServiceName {
  cluster: string | undefined;
  name: string;
}

/** DescribeServices takes ten, of one cluster (row E26). Unknown names are in `failures`, not an error (row E9). */
export const serviceKind = (clients: AwsClients): Kind<ServiceName, Service | undefined> => ({
  api: 'ecs:DescribeServices',
  sizeMax: 10,
  nameOf: ({ name }) => name,
  groupOf: ({ cluster = '' }) => cluster,
  ask: (keys) =>
    describeServices(
      clients,
      keys[0]?.cluster,
      keys.map(({ name }) => name),
    ),
});

/** One answer a name, tags included, whatever its status; `undefined` where ECS shows none of the name. */
async function describeServices(
  { ecs }: AwsClients,
  cluster: string | undefined,
  names: readonly string[],
): Promise<(Service | undefined)[]> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [...names], include: ['TAGS'] }),
  );
  return names.map((name) => services.find(({ serviceName }) => serviceName === name));
}

/** The service of that name with its tags, of any status. Errors are the SDK's. */
export async function readService(
  clients: AwsClients,
  cluster: string | undefined,
  name: string,
): Promise<Service | undefined> {
  const look = clients.reader?.look();
  if (look !== undefined) return look.load(look.reader.services, { cluster, name });
  const [service] = await describeServices(clients, cluster, [name]);
  return service;
}
