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

  test.each(['AccessDenied', 'UnauthorizedOperation', 'AuthorizationErrorException', 'AuthorizationError'])(
    'N65: %s is a denial, by whichever API',
    (code) => expect(toAwsCallError('sns:Publish', sdkError(code, 403)).kind).toBe('denied'),
  );

  test('N65: a denial names what is missing though the call is not named after it, on what, and where the shipped policies have it', () => {
    const said =
      'User: x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::111122223333:role/shop because no identity-based policy allows the iam:PassRole action';
    expect(
      toAwsCallError('ecs:RegisterTaskDefinition', sdkError('AccessDeniedException', 400, said)).message,
    ).toContain(
      'Allow iam:PassRole on arn:aws:iam::111122223333:role/shop in the role that Meshlift runs with. The shipped policies have it in PassRolesOfTasks of operator-services (deploy/iam)',
    );
  });

  test('N67: credentials that are no longer good are no missing permission', () => {
    const { kind, message } = toAwsCallError('ecs:ListTasks', sdkError('ExpiredTokenException', 400, 'It is expired'));
    expect(kind).toBe('denied');
    expect(message).toContain('AWS does not know the credentials that Meshlift has');
    expect(message).not.toContain('Allow');
  });

  test('says what happened, that nothing was done, and what to do', () => {
    const error = toAwsCallError(
      'ecs:CreateService',
      sdkError('AccessDeniedException', 400, 'User: x is not authorized.'),
    );
    expect(error.message).toBe(
      'ecs:CreateService: AccessDeniedException: User: x is not authorized. Nothing was done. Allow ecs:CreateService in the role that Meshlift runs with. The shipped policies have it in ServicesMake of operator-services (deploy/iam): look whether the role has it so, with the resources and the conditions.',
    );
  });
});
