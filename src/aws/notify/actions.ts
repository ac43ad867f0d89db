/** The IAM actions that channels of a plan's notifications need: a topic's, a bus's. */
export const NOTIFY_ACTIONS = ['events:PutEvents', 'sns:Publish'] as const;
