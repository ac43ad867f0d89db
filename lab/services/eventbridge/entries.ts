import type { PutEventsRequestEntry, PutEventsResultEntry } from '@aws-sdk/client-eventbridge';

/** Row N43. */
const ENTRY_BYTES_MAX = 262_144;

const invalid = (parameter: string): PutEventsResultEntry => ({
  ErrorCode: 'InvalidArgument',
  ErrorMessage: `Parameter ${parameter} is not valid. Reason: ${parameter} is a required argument.`,
});

/** What PutEvents answers of an entry that it does not take; `undefined` where it does (row N43). */
export function refusedEntry(entry: PutEventsRequestEntry): PutEventsResultEntry | undefined {
  const { Source = '', DetailType = '', Detail = '', Resources = [] } = entry;
  if (Source === '') return invalid('Source');
  if (DetailType === '') return invalid('DetailType');
  if (Detail === '') return invalid('Detail');
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!isJsonObject(Detail)) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const size = new TextEncoder().encode([Source, DetailType, Detail, ...Resources].join('')).length;
  return size < ENTRY_BYTES_MAX
    ? undefined
    : { ErrorCode: 'InvalidArgument', ErrorMessage: 'Total size of the entries in the request is over the limit.' };
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
