import { AwsError } from '../../errors.ts';

/** What the query protocol answers for anything that is wrong with the request itself. It has no shape in the SDK. */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

const NOT_FOUND = {
  loadBalancer: (arn: string) => new AwsError('LoadBalancerNotFoundException', `Load balancer '${arn}' not found`),
  listener: () => new AwsError('ListenerNotFoundException', 'One or more listeners not found'),
  rule: () => new AwsError('RuleNotFoundException', 'One or more rules not found'),
  targetGroup: () => new AwsError('TargetGroupNotFoundException', 'One or more target groups not found'),
};

export function notFound(kind: keyof typeof NOT_FOUND, arn: string | undefined): AwsError {
  return NOT_FOUND[kind](arn ?? '');
}

/** Refuses a number outside `min..max`, in AWS's words. */
export function checkRange(name: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw validationError(`${name} '${value}' must be an integer between ${min} and ${max}`);
  }
}
