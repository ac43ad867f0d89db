import { DescribeTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EstateExport } from '../../estate/export.ts';
import { inBatches } from '../pages.ts';
import { type InventoryClients, inParallel, type ReadErrors, toJson } from './reading.ts';

/** Row L16. There are no pages beyond that. */
const ARNS_A_CALL = 20;

/** The tags of what has any, by ARN: rules, listeners and target groups. What has none is not named. */
export async function readLoadBalancerTags(
  { elbv2 }: Pick<InventoryClients, 'elbv2'>,
  arns: readonly string[],
  errors: ReadErrors,
): Promise<NonNullable<EstateExport['elbv2']['tags']>> {
  const described = await inParallel(inBatches([...new Set(arns)], ARNS_A_CALL), (ResourceArns) =>
    errors.tolerate(
      'elasticloadbalancing:DescribeTags',
      ResourceArns.join(', '),
      async () => (await elbv2.send(new DescribeTagsCommand({ ResourceArns }))).TagDescriptions ?? [],
      [],
    ),
  );
  return toJson(
    Object.fromEntries(
      described
        .flat()
        .flatMap(({ ResourceArn = '', Tags = [] }) => (Tags.length === 0 ? [] : [[ResourceArn, Tags] as const])),
    ),
  );
}
