import { AwsCallError, type ServiceHealth } from '../ports.ts';
import type { Memory } from '../run.ts';

/**
 * What ECS leaves out of one answer it may name in the next (row E11), while a service that was deleted is INACTIVE for a long time before it is
 * named no more (row E1). So a service is believed to be MISSING where two looks in a row say so, and no side is given up for less.
 *
 * @throws AwsCallError at the first of these looks: what it says of that side is not known.
 */
export function seenTwice({ missing }: Pick<Memory, 'missing'>, services: ServiceHealth[]): ServiceHealth[] {
  const doubted = services.filter(({ service, isMissing }) => isMissing === true && !missing.has(service));
  for (const { service, isMissing } of services) {
    if (isMissing === true) missing.add(service);
    else missing.delete(service);
  }
  if (doubted.length === 0) return services;
  const names = doubted.map(({ service }) => service).join(', ');
  throw new AwsCallError(
    'ecs:DescribeServices',
    'MISSING',
    'unknown',
    `ecs:DescribeServices does not name ${names} (MISSING). That is believed, and acted on, if the next look says so too`,
  );
}
