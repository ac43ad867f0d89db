import { AwsError } from '../../errors.ts';
import type { ServiceId } from '../../services/service.ts';
import { commonSentence } from './commonSentence.ts';
import { iamRefusal } from './iamRefusal.ts';
import { ec2Refusal, metricRefusal, sqsRefusal } from './parameterRefusals.ts';
import type { Violation } from './violations.ts';

/** The refusal of an input with at least one violation, in its API's code and words (§20). */
export function refusal(service: ServiceId, operation: string, violations: readonly Violation[]): AwsError {
  switch (service) {
    case 'ecs':
      return new AwsError(ecsCode(operation), commonSentence(violations));
    case 'app-mesh':
      return new AwsError('BadRequestException', commonSentence(violations));
    case 'servicediscovery':
      return new AwsError('InvalidInput', commonSentence(violations));
    case 'elastic-load-balancing-v2':
    case 'sts':
    case 'sns':
      return new AwsError('ValidationError', commonSentence(violations));
    case 'cloudwatch':
      return METRIC_OPERATIONS.has(operation)
        ? metricRefusal(violations)
        : new AwsError('ValidationError', commonSentence(violations));
    case 'application-auto-scaling':
    case 'eventbridge':
      return new AwsError('ValidationException', commonSentence(violations));
    case 'iam':
      return iamRefusal(operation, violations);
    case 'cloudwatch-logs':
      return new AwsError('InvalidParameterException', commonSentence(violations, { withValues: false }));
    case 'service-quotas':
      return new AwsError('IllegalArgumentException', commonSentence(violations));
    case 'sqs':
      return sqsRefusal(violations);
    case 'ec2':
      return ec2Refusal(violations);
  }
}

/** CloudWatch's older operations have words of their own (row M6). */
const METRIC_OPERATIONS: ReadonlySet<string> = new Set(['GetMetricStatistics', 'PutMetricData', 'ListMetrics']);

/** For a task definition ECS answers that it is the client's mistake (rows E32 and E36), for everything else the parameter's. */
function ecsCode(operation: string): string {
  return /TaskDefinitions?$/.test(operation) ? 'ClientException' : 'InvalidParameterException';
}
