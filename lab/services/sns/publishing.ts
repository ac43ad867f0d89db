import type { PublishInput } from '@aws-sdk/client-sns';
import { AwsError } from '../../errors.ts';

/** Row N42. */
const MESSAGE_BYTES_MAX = 262_144;
const SUBJECT = /^[!-~][ -~]{0,98}$/;

/** Throws where a topic does not take the message (row N42). */
export function refusePublish(input: PublishInput, topic: { isFifo: boolean; isDeduplicatedByContent: boolean }): void {
  const { Message = '', Subject, MessageGroupId, MessageDeduplicationId } = input;
  if (Message === '') refuse('Empty message');
  if (new TextEncoder().encode(Message).length > MESSAGE_BYTES_MAX) refuse('Message too long');
  if (Subject !== undefined && !SUBJECT.test(Subject)) refuse('Subject');
  if (topic.isFifo && MessageGroupId === undefined) {
    refuse('The MessageGroupId parameter is required for FIFO topics');
  }
  if (topic.isFifo && MessageDeduplicationId === undefined && !topic.isDeduplicatedByContent) {
    refuse(
      'The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
    );
  }
  if (!topic.isFifo && MessageDeduplicationId !== undefined) {
    refuse('MessageDeduplicationId Reason: The request includes a parameter that is not valid for this topic type');
  }
}

function refuse(what: string): never {
  throw new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
}
