import { AwsError } from '../../errors.ts';

const MAX_TAGS = 50;

/** A name of up to `max` characters. Throws `ValidationError` as IAM does. */
export function checkName(member: string, name = '', max: number): string {
  if (name.length > max) {
    throw validationError(member, name, `Member must have length less than or equal to ${max}`);
  }
  if (!/^[\w+=,.@-]+$/.test(name)) {
    throw new AwsError(
      'ValidationError',
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  }
  return name;
}

export function checkPath(path = '/'): string {
  if (path.length <= 512 && (path === '/' || /^\/[\u0021-\u007e]+\/$/.test(path))) return path;
  throw new AwsError(
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  );
}

export function checkSession(seconds = 3600): number {
  if (seconds >= 3600 && seconds <= 43_200) return seconds;
  const limit = seconds < 3600 ? 'greater than or equal to 3600' : 'less than or equal to 43200';
  throw validationError('maxSessionDuration', String(seconds), `Member must have value ${limit}`);
}

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

function validationError(member: string, value: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationError',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
