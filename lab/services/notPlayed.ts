import { AwsError } from '../errors.ts';

/**
 * What AWS does and the lab does not, although it serves the operation: by service, with the code that each answers, and with a
 * way out where there is one. `docs/lab.md` lists all of it.
 */
export const NOT_PLAYED = {
  ecs: {
    code: 'UnsupportedFeatureException',
    features: {
      'services of the scheduling strategy DAEMON': '',
      'deployment controllers other than ECS': '',
      'deployment strategies other than ROLLING': '',
      'deployment alarms': '',
      'deployment lifecycle hooks': '',
      'early success criteria of deployments': '',
      'launch types other than FARGATE': 'Set launchType to FARGATE; without one ECS takes EC2.',
      'capacity providers other than FARGATE and FARGATE_SPOT': '',
      'network modes other than awsvpc in a service': '',
      'Classic Load Balancers': 'Name a targetGroupArn.',
      'advancedConfiguration of load balancers': '',
      'VPC Lattice configurations': '',
      'gateway connectors': '',
      'ingressPortOverride of Service Connect': '',
      'TLS of Service Connect': '',
      'test traffic rules of Service Connect': '',
      'a default namespace of a cluster that does not exist yet': 'Create it in Cloud Map first.',
    },
  },
  'elastic-load-balancing-v2': {
    code: 'InvalidConfigurationRequestException',
    features: {
      'load balancers of a type other than application': "Create one of type 'application'.",
      'target groups of a target type other than ip and instance': "Use target type 'ip'.",
      'targets of a type other than ip': "Use a target group with target type 'ip'.",
      'target groups of a protocol other than HTTP and HTTPS': "Use protocol 'HTTP' or 'HTTPS'.",
      'rules with transforms': 'Leave Transforms out.',
    },
  },
  servicediscovery: {
    code: 'InvalidInput',
    features: {
      'public DNS namespaces': 'Create an HTTP or a private DNS namespace.',
      'HealthCheckConfig, which is for public DNS namespaces': '',
    },
  },
  cloudwatch: {
    code: 'ValidationError',
    features: {
      'statistics other than the five plain ones and percentiles':
        'Use Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99.',
      'other functions of metric math': 'There are FILL, SUM, AVG, MIN, MAX, IF, METRICS, ABS, CEIL and FLOOR.',
      'anomaly detection': '',
      'EvaluateLowSampleCountPercentile other than evaluate': '',
      ThresholdMetricId: '',
      EvaluationWindow: '',
      WarmUpConfiguration: '',
      EvaluationCriteria: '',
      EvaluationInterval: '',
      ActionConfiguration: '',
      ActionsSuppressor: '',
    },
  },
  dynamodb: {
    code: 'UnknownOperationException',
    features: {
      ReturnValuesOnConditionCheckFailure: '',
      'a change of a stream along with others': 'Send two UpdateTable.',
    },
  },
  'application-auto-scaling': {
    code: 'ValidationException',
    features: {
      'service namespaces other than ecs': '',
      'predictive scaling': '',
    },
  },
  ec2: {
    code: 'UnsupportedOperation',
    features: {
      'members of a request besides those that it keeps': 'Leave them out.',
      'attributes of an account besides its platform and its default VPC': '',
    },
  },
  'cloudwatch-logs': {
    code: 'InvalidParameterException',
    features: {
      'log groups with a KMS key': 'Leave kmsKeyId out.',
      'log groups of other accounts': 'Leave includeLinkedAccounts and accountIdentifiers out.',
      'other filter patterns': 'There are terms, and comparisons of JSON members with = != < <= > >=, && and ||.',
      'default values and dimensions of metric filters': '',
      'values of metric filters that stand in the event': 'Give a number.',
      'transformed events': '',
    },
  },
  iam: {
    code: 'MalformedPolicyDocumentException',
    features: {
      'condition operators for addresses and bytes in a policy':
        'Use those for strings, ARNs, numbers, dates, Bool and Null.',
      'NotPrincipal in a trust policy': 'Name a Principal.',
    },
  },
  sts: {
    code: 'ValidationError',
    features: {
      'source identities, multi-factor authentication and contexts of AssumeRole':
        'Leave SourceIdentity, SerialNumber, TokenCode and ProvidedContexts out.',
    },
  },
  sns: {
    code: 'InvalidParameterException',
    features: {
      'data protection policies': '',
      'messages to telephones': 'Name a TopicArn.',
      'messages of their own for each protocol': 'Leave MessageStructure out.',
    },
  },
  sqs: {
    code: 'UnsupportedOperation',
    features: {
      'FIFO queues': '',
      'dead-letter queues': 'Leave RedrivePolicy and RedriveAllowPolicy out.',
      'policies of queues': 'Leave Policy out.',
      'queues with a KMS key': '',
      'tags of queues': '',
      'attributes of messages': 'Put them into the body.',
      'groups and deduplication of messages': '',
    },
  },
  eventbridge: {
    code: 'ValidationException',
    features: {
      'event buses with more than a name': '',
      'global endpoints': 'Leave EndpointId out.',
    },
  },
} as const;

type NotPlayed = typeof NOT_PLAYED;
type Feature<Id extends keyof NotPlayed> = Extract<keyof NotPlayed[Id]['features'], string>;

/**
 * The lab's own refusal. AWS would have gone on, so the text says that it is the lab that refuses, and that nothing was changed;
 * `given` is what the request asked for, where the feature's name does not say it.
 */
export function notPlayed<Id extends keyof NotPlayed>(service: Id, feature: Feature<Id>, given?: string): AwsError {
  const { code, features } = NOT_PLAYED[service];
  const wayOut = new Map<string, string>(Object.entries(features)).get(feature) ?? '';
  const asked = given === undefined ? '' : ` (${given})`;
  return new AwsError(code, `The lab does not serve ${feature}${asked}. Nothing was changed. ${wayOut}`.trimEnd());
}
