/** The IAM actions that an operator needs of its table, besides making it. */
export const TABLE_ACTIONS = [
  'dynamodb:DeleteItem',
  'dynamodb:DescribeTable',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
] as const;

/** Of the table's index: who has a plan, and who was asked for something. */
export const INDEX_ACTIONS = ['dynamodb:Query'] as const;

/** Of the table's stream, where there is one. */
export const STREAM_ACTIONS = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'] as const;
