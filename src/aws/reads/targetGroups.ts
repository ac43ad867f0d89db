import {
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsClients } from '../clients.ts';
import { everyPage } from '../pages.ts';
import type { Kind } from './sharedRead.ts';

/** By name, which is what Meshlift gave it, or by ARN. */
export type TargetGroupName = { name: string } | { arn: string };

/** DescribeTargetGroups takes twenty names (API reference), and fails as a whole where one is not there: that one is asked for by itself. */
export const targetGroupKind = ({ elbv2 }: AwsClients): Kind<TargetGroupName, TargetGroup | undefined> => ({
  api: 'elasticloadbalancing:DescribeTargetGroups',
  failsWhole: true,
  sizeMax: 20,
  nameOf: (key) => ('name' in key ? key.name : key.arn),
  groupOf: (key) => ('name' in key ? 'names' : 'arns'),
  ask: async (keys) => {
    const names = keys.flatMap((key) => ('name' in key ? key.name : []));
    const arns = keys.flatMap((key) => ('arn' in key ? key.arn : []));
    const groups = await everyPage(async (Marker) => {
      const page = await elbv2.send(
        new DescribeTargetGroupsCommand({
          ...(names.length > 0 ? { Names: names } : { TargetGroupArns: arns }),
          Marker,
        }),
      );
      return { items: page.TargetGroups, next: page.NextMarker };
    });
    return keys.map((key) =>
      groups.find((one) => ('name' in key ? one.TargetGroupName === key.name : one.TargetGroupArn === key.arn)),
    );
  },
});

/** DescribeTags takes twenty ARNs (row L16). */
export const tagKind = ({
  elbv2,
}: AwsClients): Kind<string, { Key?: string | undefined; Value?: string | undefined }[] | undefined> => ({
  api: 'elasticloadbalancing:DescribeTags',
  failsWhole: true,
  sizeMax: 20,
  nameOf: (arn) => arn,
  ask: async (arns) => {
    const { TagDescriptions = [] } = await elbv2.send(new DescribeTagsCommand({ ResourceArns: [...arns] }));
    return arns.map((arn) => TagDescriptions.find(({ ResourceArn }) => ResourceArn === arn)?.Tags);
  },
});
