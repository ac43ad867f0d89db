import { AddTagsCommand, DescribeTagsCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { chapter, NO_GROUP } from './step.ts';

export const tags = chapter((step) => {
  step('AddTags', ({ elbv2 }, arn) =>
    elbv2.send(
      new AddTagsCommand({
        ResourceArns: [arn('blue'), arn('loadBalancer')],
        Tags: [
          { Key: 'team', Value: 'web' },
          { Key: 'stage', Value: '' },
        ],
      }),
    ),
  );
  step('AddTags with a key twice', ({ elbv2 }, arn) =>
    elbv2.send(
      new AddTagsCommand({
        ResourceArns: [arn('fourth')],
        Tags: [
          { Key: 'twin', Value: 'one' },
          { Key: 'twin', Value: 'two' },
        ],
      }),
    ),
  );
  step('AddTags with AWS’s own prefix', ({ elbv2 }, arn) =>
    elbv2.send(new AddTagsCommand({ ResourceArns: [arn('fourth')], Tags: [{ Key: 'aws:team', Value: 'web' }] })),
  );
  step('AddTags to a target group that is not', ({ elbv2 }) =>
    elbv2.send(new AddTagsCommand({ ResourceArns: [NO_GROUP], Tags: [{ Key: 'team', Value: 'web' }] })),
  );
  step('AddTags beyond fifty', ({ elbv2 }, arn) =>
    elbv2.send(
      new AddTagsCommand({
        ResourceArns: [arn('green')],
        Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `key${index}`, Value: '' })),
      }),
    ),
  );
  step('DescribeTags', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn('blue'), arn('third')] })),
  );
  step('DescribeTags of a target group that is not', ({ elbv2 }) =>
    elbv2.send(new DescribeTagsCommand({ ResourceArns: [NO_GROUP] })),
  );
  step('RemoveTags, one of which is not there', ({ elbv2 }, arn) =>
    elbv2.send(new RemoveTagsCommand({ ResourceArns: [arn('blue')], TagKeys: ['stage', 'none'] })),
  );
  step('DescribeTags after that', ({ elbv2 }, arn) =>
    elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn('blue')] })),
  );
});
