import { AwsError } from '../../errors.ts';

/** The name of something new. IAM refuses other characters in words of its own (row M8); its length is the model's. */
export function checkName(member: string, name = ''): string {
  if (/^[\w+=,.@-]+$/.test(name)) return name;
  throw new AwsError(
    'ValidationError',
    `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
  );
}

/** The path of something new: `/` where none is given. */
export function checkPath(path = '/'): string {
  if (path === '/' || /^\/[\u0021-\u007e]+\/$/.test(path)) return path;
  throw new AwsError(
    'ValidationError',
    'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
  );
}
