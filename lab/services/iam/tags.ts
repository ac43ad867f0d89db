import { AwsError } from '../../errors.ts';

const MAX_TAGS = 50;

/** The tags after `added` have come to `present`. A key counts whatever its case (row N14). */
export function withTags(
  present: ReadonlyMap<string, string>,
  added: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined,
): Map<string, string> {
  const tags = new Map(present);
  const seen = new Set<string>();
  for (const { Key = '', Value = '' } of added ?? []) {
    if (seen.has(Key.toLowerCase())) {
      throw new AwsError(
        'InvalidInputException',
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    }
    seen.add(Key.toLowerCase());
    if (/^aws:/i.test(Key))
      throw new AwsError('InvalidInputException', `The tag key ${Key} is reserved: it begins with aws:`);
    const before = [...tags.keys()].find((key) => key.toLowerCase() === Key.toLowerCase());
    if (before !== undefined) tags.delete(before);
    tags.set(Key, Value);
  }
  if (tags.size > MAX_TAGS) {
    throw new AwsError('LimitExceededException', `The number of tags has reached the maximum limit of ${MAX_TAGS}.`);
  }
  return tags;
}

export function withoutTags(tags: Map<string, string>, keys: readonly string[] | undefined): void {
  const gone = new Set((keys ?? []).map((key) => key.toLowerCase()));
  for (const key of tags.keys()) if (gone.has(key.toLowerCase())) tags.delete(key);
}

export function tagList(tags: ReadonlyMap<string, string>): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
