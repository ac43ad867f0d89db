import { DescribeAccountLimitsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import { runsOnFargate } from '../../assess/greenService.ts';
import type { EstateExport } from '../../estate/export.ts';
import { FARGATE_QUOTAS, instanceTypeOf } from '../../estate/room.ts';
import type { AwsClients } from '../clients.ts';
import { expectCalls } from '../expectedCalls.ts';
import { everyPage, inBatches } from '../pages.ts';
import { inParallel, type ReadErrors, toJson } from './reading.ts';

export type RoomClients = Pick<AwsClients, 'ec2' | 'elbv2' | 'serviceQuotas'>;

type Room = Pick<EstateExport, 'ec2' | 'serviceQuotas'> & Pick<EstateExport['elbv2'], 'accountLimits'>;

/** A filter of EC2 takes two hundred values. */
const IDS_A_CALL = 200;

const FARGATE = 'fargate';

/**
 * What there is room for beside what runs: free addresses in the subnets of the services, interfaces of the container instances' types,
 * the account's limits of load balancers and its quotas of Fargate; each only where the estate uses any. A member is absent where it was not read; what failed is in `errors`.
 */
export async function readRoom(clients: RoomClients, estate: EstateExport, errors: ReadErrors): Promise<Room> {
  const { services } = estate.ecs;
  const subnetIds = new Set(
    services.flatMap((service) => service.networkConfiguration?.awsvpcConfiguration?.subnets ?? []),
  );
  const types = new Set((estate.ecs.containerInstances ?? []).flatMap((one) => instanceTypeOf(one) ?? []));
  const [subnets, instanceTypes, accountLimits, quotas] = await Promise.all([
    subnetIds.size === 0 ? undefined : readSubnets(clients, [...subnetIds], errors),
    types.size === 0 ? undefined : readInstanceTypes(clients, [...types], errors),
    estate.elbv2.loadBalancers.length === 0 ? undefined : readAccountLimits(clients, errors),
    services.some(runsOnFargate) ? readFargateQuotas(clients, errors) : undefined,
  ]);
  return toJson({
    ...(subnets === undefined && instanceTypes === undefined
      ? {}
      : {
          ec2: {
            ...(subnets === undefined ? {} : { subnets }),
            ...(instanceTypes === undefined ? {} : { instanceTypes }),
          },
        }),
    ...(accountLimits === undefined ? {} : { accountLimits }),
    ...(quotas === undefined ? {} : { serviceQuotas: { quotas } }),
  });
}

/** By a filter, since one subnet that is gone would fail a request that names it. */
async function readSubnets({ ec2 }: RoomClients, subnetIds: readonly string[], errors: ReadErrors) {
  const batches = await inParallel(inBatches(subnetIds, IDS_A_CALL), (Values) =>
    errors.tolerate(
      'ec2:DescribeSubnets',
      undefined,
      async () => {
        const [client, sdk] = await Promise.all([ec2(), import('../ec2.ts')]);
        return everyPage(async (NextToken) => {
          const Filters = [{ Name: 'subnet-id', Values }];
          const page = await client.send(new sdk.DescribeSubnetsCommand({ Filters, NextToken }));
          return { items: page.Subnets, next: page.NextToken };
        });
      },
      undefined,
    ),
  );
  const read = batches.filter((batch) => batch !== undefined);
  return read.length === 0 ? undefined : read.flat();
}

/** What it needs of an instance type is how many network interfaces it takes. */
async function readInstanceTypes({ ec2 }: RoomClients, types: readonly string[], errors: ReadErrors) {
  const batches = await inParallel(inBatches(types, IDS_A_CALL), (Values) =>
    errors.tolerate(
      'ec2:DescribeInstanceTypes',
      undefined,
      async () => {
        const [client, sdk] = await Promise.all([ec2(), import('../ec2.ts')]);
        return everyPage(async (NextToken) => {
          const Filters = [{ Name: 'instance-type', Values }];
          const page = await client.send(new sdk.DescribeInstanceTypesCommand({ Filters, NextToken }));
          return { items: page.InstanceTypes, next: page.NextToken };
        });
      },
      undefined,
    ),
  );
  const read = batches.filter((batch) => batch !== undefined);
  return read.length === 0
    ? undefined
    : read.flat().map(({ InstanceType, NetworkInfo }) => ({
        InstanceType,
        NetworkInfo: { MaximumNetworkInterfaces: NetworkInfo?.MaximumNetworkInterfaces },
      }));
}

function readAccountLimits({ elbv2 }: RoomClients, errors: ReadErrors) {
  expectCalls(1);
  return errors.tolerate(
    'elasticloadbalancing:DescribeAccountLimits',
    undefined,
    () =>
      everyPage(async (Marker) => {
        const page = await elbv2.send(new DescribeAccountLimitsCommand({ Marker }));
        return { items: page.Limits, next: page.NextMarker };
      }),
    undefined,
  );
}

/** A quota without an applied value is not listed (row N32): then it is AWS's default. */
async function readFargateQuotas({ serviceQuotas }: RoomClients, errors: ReadErrors) {
  expectCalls(1);
  const applied = await errors.tolerate(
    'servicequotas:ListServiceQuotas',
    FARGATE,
    async () => {
      const [client, sdk] = await Promise.all([serviceQuotas(), import('@aws-sdk/client-service-quotas')]);
      return everyPage(async (NextToken) => {
        const page = await client.send(new sdk.ListServiceQuotasCommand({ ServiceCode: FARGATE, NextToken }));
        return { items: page.Quotas, next: page.NextToken };
      });
    },
    undefined,
  );
  if (applied === undefined) return undefined;
  const missing = Object.values(FARGATE_QUOTAS).filter((code) => !applied.some((quota) => quota.QuotaCode === code));
  const defaults = await inParallel(missing, (QuotaCode) =>
    errors.tolerate<ServiceQuota | undefined>(
      'servicequotas:GetAWSDefaultServiceQuota',
      `${FARGATE}/${QuotaCode}`,
      async () => {
        const [client, sdk] = await Promise.all([serviceQuotas(), import('@aws-sdk/client-service-quotas')]);
        const command = new sdk.GetAWSDefaultServiceQuotaCommand({ ServiceCode: FARGATE, QuotaCode });
        return (await client.send(command)).Quota;
      },
      undefined,
    ),
  );
  return [...applied, ...defaults.filter((quota) => quota !== undefined)];
}
