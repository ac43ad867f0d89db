import { describe, expect, test } from 'vitest';
import { hasCode, kindOf, outcomeOf, toAwsCallError } from './errors.ts';

const sdkError = (name: string, status?: number, message = 'no') =>
  Object.assign(new Error(message), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });

describe('an error of AWS', () => {
  test.each([
    ['ThrottlingException', 400, 'throttled'],
    ['Throttling', 400, 'throttled'],
    ['TooManyRequestsException', 429, 'throttled'],
    ['LimitExceededException', 400, 'invalid'],
    ['AccessDeniedException', 400, 'denied'],
    ['AccessDenied', 403, 'denied'],
    ['ForbiddenException', 403, 'denied'],
    ['ServiceNotFoundException', 400, 'notFound'],
    ['NamespaceNotFound', 400, 'notFound'],
    ['ResourceInUseException', 409, 'conflict'],
    ['DuplicateTargetGroupNameException', 400, 'conflict'],
    ['NamespaceAlreadyExists', 400, 'conflict'],
    ['ConcurrentUpdateException', 400, 'conflict'],
    ['InvalidParameterException', 400, 'invalid'],
    ['ServerException', 500, 'unknown'],
    ['TimeoutError', undefined, 'unknown'],
  ])('%s (%s) is %s', (name, status, kind) => expect(kindOf(sdkError(name, status))).toBe(kind));

  test('E32: an unknown task definition is not found, though ECS calls it the client’s fault', () => {
    expect(kindOf(sdkError('ClientException', 400, 'Unable to describe task definition.'))).toBe('notFound');
  });

  test('L25: the query protocol’s short codes and the SDK’s names are one', () => {
    expect(hasCode(sdkError('ResourceInUse', 400), 'ResourceInUseException')).toBe(true);
    expect(hasCode(sdkError('RuleNotFoundException', 400), 'RuleNotFound')).toBe(true);
    expect(hasCode(sdkError('RuleNotFoundException', 400), 'ListenerNotFound')).toBe(false);
  });

  test('a connection that was refused did nothing; one that was cut may have', () => {
    expect(outcomeOf(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))).toBe('fail');
    expect(outcomeOf(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))).toBe('unknown');
    expect(outcomeOf(sdkError('ServerException', 500))).toBe('unknown');
    expect(outcomeOf(sdkError('InvalidParameterException', 400))).toBe('fail');
  });

  test('says what happened, that nothing was done, and what to do', () => {
    const error = toAwsCallError(
      'ecs:CreateService',
      sdkError('AccessDeniedException', 400, 'User: x is not authorized.'),
    );
    expect(error.message).toBe(
      "ecs:CreateService: AccessDeniedException: User: x is not authorized. Nothing was done. Allow ecs:CreateService in the operator's role.",
    );
  });
});
