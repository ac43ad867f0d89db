import type { Estate } from '../../../estate/model.ts';
import { type Moving, type Row, total } from './row.ts';

type Kind = keyof NonNullable<NonNullable<Estate['room']>['fargateVcpu']>;

const WHAT: Readonly<Record<Kind, string>> = { onDemand: 'Fargate On-Demand vCPU', spot: 'Fargate Spot vCPU' };

const isSpot = ({ blue }: Moving): boolean =>
  (blue.service.capacityProviderStrategy ?? []).some((one) => one.capacityProvider === 'FARGATE_SPOT');

/** Which tasks of a strategy with Spot in it are Spot's is the scheduler's choice: all are counted so. */
export function fargateRows(estate: Estate, moving: readonly Moving[]): Row[] {
  const onFargate = moving.filter((one) => one.onFargate);
  return [
    ...rowOf(
      estate,
      'onDemand',
      onFargate.filter((one) => !isSpot(one)),
    ),
    ...rowOf(estate, 'spot', onFargate.filter(isSpot)),
  ];
}

function rowOf({ room }: Estate, kind: Kind, services: readonly Moving[]): Row[] {
  if (services.length === 0) return [];
  const what = WHAT[kind];
  const quota = room?.fargateVcpu?.[kind];
  const named = `"${what} resource count"`;
  return [
    {
      what,
      need: total(services, ({ tasks, vcpu }) => tasks * (vcpu.blue + vcpu.green)),
      have: quota?.vcpu,
      unit: 'vCPU',
      source:
        quota === undefined
          ? `both sides of this cluster; the account's ${named} of Service Quotas was not read`
          : `both sides of this cluster; ${quota.isDefault ? "AWS's default of" : "the account's quota"} ${named}, ` +
            'which whatever else runs on Fargate in the account and Region counts against too',
    },
  ];
}
