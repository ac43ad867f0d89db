import type { EstateExport } from './export.ts';
import type { Estate } from './model.ts';

/** Codes of Service Quotas (row N31). */
export const FARGATE_QUOTAS = { onDemand: 'L-3032A538', spot: 'L-36FBB829' } as const;

/** As the ECS agent tells it: `m7g.large`. `undefined` for a host outside EC2. */
export const instanceTypeOf = (instance: NonNullable<Estate['containerInstances']>[number]): string | undefined =>
  instance.attributes?.find((attribute) => attribute.name === 'ecs.instance-type')?.value;

type Room = NonNullable<Estate['room']>;

/** What the export tells of room beside what runs. `{}` where it tells nothing. */
export function roomOf(exported: EstateExport): Pick<Estate, 'room'> {
  const freeAddresses = exported.ec2?.subnets?.flatMap(({ SubnetId, AvailableIpAddressCount }) =>
    SubnetId === undefined || AvailableIpAddressCount === undefined
      ? []
      : [[SubnetId, AvailableIpAddressCount] as const],
  );
  const limits = exported.elbv2.accountLimits?.flatMap(({ Name, Max }) => {
    const most = Number(Max);
    return Name === undefined || Max === undefined || !Number.isFinite(most) ? [] : [[Name, most] as const];
  });
  const fargateVcpu =
    exported.serviceQuotas?.quotas === undefined ? undefined : fargateOf(exported.serviceQuotas.quotas);
  const interfaces = exported.ec2?.instanceTypes?.flatMap(({ InstanceType, NetworkInfo }) => {
    const most = NetworkInfo?.MaximumNetworkInterfaces;
    return InstanceType === undefined || most === undefined ? [] : [[InstanceType, most] as const];
  });
  const room: Room = {
    ...(freeAddresses === undefined ? {} : { freeAddresses: Object.fromEntries(freeAddresses) }),
    ...(limits === undefined ? {} : { loadBalancerLimits: Object.fromEntries(limits) }),
    ...(fargateVcpu === undefined ? {} : { fargateVcpu }),
    ...(interfaces === undefined ? {} : { networkInterfaces: Object.fromEntries(interfaces) }),
  };
  return Object.keys(room).length === 0 ? {} : { room };
}

function fargateOf(quotas: NonNullable<NonNullable<EstateExport['serviceQuotas']>['quotas']>): Room['fargateVcpu'] {
  const found = Object.entries(FARGATE_QUOTAS).flatMap(([kind, code]) => {
    const quota = quotas.find((one) => one.ServiceCode === 'fargate' && one.QuotaCode === code);
    if (quota?.Value === undefined) return [];
    // The ARN of AWS's default names no account (row N32).
    const isDefault = (quota.QuotaArn ?? '').split(':')[4] === '';
    return [[kind, { vcpu: quota.Value, isDefault }] as const];
  });
  return Object.fromEntries(found);
}
