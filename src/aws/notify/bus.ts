import { jsonForm } from '../../notify/forms.ts';
import type { NamedMessage } from '../../notify/message.ts';
import type { NotifyChannel } from '../../plan/notify.ts';
import type { AwsClients } from '../clients.ts';
import { translated } from '../errors.ts';

const SOURCE = 'meshlift';

/** What a rule's pattern names as `detail-type`. */
const DETAIL_TYPES: Readonly<Record<NamedMessage['kind'], string>> = {
  transition: 'Meshlift Plan Transition',
  warning: 'Meshlift Plan Warning',
  approval: 'Meshlift Plan Approval',
};

/**
 * Puts a message on a bus, its JSON as the detail; `detail.id` tells a repetition, since EventBridge gives each try an id of its own. An entry
 * that EventBridge answers as failed is none (row N43).
 */
export async function putOnBus(
  clients: Pick<AwsClients, 'eventBridge'>,
  { bus }: Extract<NotifyChannel, { kind: 'eventBridge' }>,
  message: NamedMessage,
  abortSignal: AbortSignal,
): Promise<void> {
  const { PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
  const client = await clients.eventBridge();
  const answer = await translated(() =>
    client.send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus,
            Source: SOURCE,
            DetailType: DETAIL_TYPES[message.kind],
            Detail: JSON.stringify(jsonForm(message)),
            Time: new Date(message.at),
          },
        ],
      }),
      { abortSignal },
    ),
  );
  if (answer.FailedEntryCount === 0) return;
  const { ErrorCode = 'no code', ErrorMessage = 'no reason' } = answer.Entries?.[0] ?? {};
  throw new Error(`events:PutEvents: ${ErrorCode}: ${ErrorMessage}`);
}
