import { DeleteAlarmsCommand, ListTagsForResourceCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import type { AlarmResource } from '../../assess/model.ts';
import type { Observed, Owner, Resolved } from '../../reconciler/ports.ts';
import type { AwsClients } from '../clients.ts';
import { seenAlarms } from '../gates/alarms.ts';
import { hasCode } from '../errors.ts';
import { foreignWhy, isOwned, upperCaseTags, withOwnerTags } from '../ownership.ts';
import { alarmChanges, alarmDefinition } from './alarmDefinition.ts';
import { refuseForeign, type ResourceKind } from './kind.ts';

/** An alarm on green's target group. Putting it twice makes one (row W5), so nothing has to be remembered of the first time. */
export const alarm: ResourceKind<AlarmResource> = {
  kind: 'alarm',
  actions: [
    'cloudwatch:DeleteAlarms',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:ListTagsForResource',
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:TagResource',
  ],

  read: ({ clients }, resource, owner, resolved) => read(clients, resource, owner, resolved),

  async ensure({ clients }, resource, owner, resolved) {
    const targetGroupArn = resolved.get(resource.greenTargetGroup.ref);
    if (targetGroupArn === undefined) {
      return { outcome: 'waiting', why: `${resource.greenTargetGroup.ref} is not there yet` };
    }
    const observed = await read(clients, resource, owner, resolved);
    // Putting over it would alter somebody's alarm, and leave them its tags (row W5).
    if (observed.status === 'foreign') return refuseForeign('cloudwatch:PutMetricAlarm', resource.id, observed.why);
    if (observed.status === 'ready') return { outcome: 'unchanged', arn: observed.arn };
    const isNew = observed.status === 'absent';
    await clients.cloudWatch.send(
      new PutMetricAlarmCommand({
        ...alarmDefinition(resource, targetGroupArn),
        // Tags are taken at creation only (row W5).
        ...(isNew ? { Tags: upperCaseTags(withOwnerTags(owner)) } : {}),
      }),
    );
    const made = await read(clients, resource, owner, resolved);
    if (made.status !== 'ready')
      return { outcome: 'waiting', why: 'CloudWatch does not show it yet; it is read again' };
    return { outcome: isNew ? 'created' : 'updated', arn: made.arn };
  },

  async remove({ clients }, resource, owner, resolved) {
    const observed = await read(clients, resource, owner, resolved);
    if (observed.status === 'absent' || observed.status === 'foreign') return { outcome: 'gone' };
    try {
      await clients.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [resource.name] }));
    } catch (error) {
      if (hasCode(error, 'ResourceNotFound')) return { outcome: 'gone' };
      if (!/composite alarm/i.test(error instanceof Error ? error.message : '')) throw error;
      return { outcome: 'waiting', why: 'a composite alarm looks at it: take it out of that alarm’s rule' };
    }
    return { outcome: 'gone' };
  },
};

async function read(clients: AwsClients, resource: AlarmResource, owner: Owner, resolved: Resolved): Promise<Observed> {
  const [seen] = await seenAlarms(clients, [resource.name]);
  const arn = seen?.told.AlarmArn;
  if (seen === undefined || arn === undefined) return { status: 'absent' };
  const ask = async () => (await clients.cloudWatch.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags;
  const Tags = await (clients.reader?.oneByOne('cloudwatch:ListTagsForResource', arn, ask) ?? ask());
  // A composite of the name is another's, whatever its tags say.
  if (seen.kind === 'composite' || !isOwned(Tags, owner)) {
    return { status: 'foreign', arn, why: foreignWhy(`alarm ${resource.name}`, Tags) };
  }
  const targetGroupArn = resolved.get(resource.greenTargetGroup.ref);
  if (targetGroupArn === undefined) {
    return { status: 'waiting', arn, why: `${resource.greenTargetGroup.ref}, which it watches, could not be read` };
  }
  const changes = alarmChanges(alarmDefinition(resource, targetGroupArn), seen.told);
  return changes.length === 0
    ? { status: 'ready', arn, why: 'exists' }
    : { status: 'differs', arn, why: changes.join(', ') };
}
