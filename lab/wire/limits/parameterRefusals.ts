import { AwsError } from '../../errors.ts';
import { commonSentence } from './commonSentence.ts';
import type { Place, Violation } from './violations.ts';

/**
 * What CloudWatch says of a metric's parameters (row M6): of all that are missing at once, a line each; otherwise of the first
 * that is wrong.
 */
export function metricRefusal(violations: readonly Violation[]): AwsError {
  const missing = violations.filter(({ constraint }) => constraint.kind === 'required');
  if (missing.length > 0) {
    const lines = missing.map(({ place }) => `The parameter ${asParameter(place, '.member')} is required.`);
    return new AwsError('MissingRequiredParameterException', lines.join('\n'));
  }
  return new AwsError('InvalidParameterValueException', violations.slice(0, 1).map(metricWords).join(''));
}

function metricWords(violation: Violation): string {
  const parameter = asParameter(placeOf(violation), '.member');
  const { constraint } = violation;
  const isList = Array.isArray(valueOf(violation));
  switch (constraint.kind) {
    case 'required':
      return `The parameter ${parameter} is required.`;
    case 'maxLength':
      return isList
        ? `The collection ${parameter} must not have a size greater than ${constraint.bound}.`
        : `The parameter ${parameter} must be shorter than ${constraint.bound + 1} characters.`;
    case 'minLength':
      return isList
        ? `The collection ${parameter} must not have a size less than ${constraint.bound}.`
        : `The parameter ${parameter} must not be shorter than ${constraint.bound} characters.`;
    case 'enum':
      return `The parameter ${parameter} must be a value in the set [ ${constraint.values.join(', ')} ].`;
    case 'max':
    case 'min':
    case 'pattern':
      return `The value ${String(valueOf(violation))} for parameter ${parameter} is invalid.`;
  }
}

/**
 * EC2 names one parameter (row M11): one that is missing as it stands in the request, one that is wrong with its first letter in
 * lower case.
 */
export function ec2Refusal(violations: readonly Violation[]): AwsError {
  const missing = violations.find(({ constraint }) => constraint.kind === 'required');
  if (missing !== undefined) {
    return new AwsError('MissingParameter', `The request must contain the parameter ${asParameter(missing.place, '')}`);
  }
  return new AwsError('InvalidParameterValue', violations.slice(0, 1).map(ec2Words).join(''));
}

/** SQS names the first that is missing as it stands in the request, and else an attribute that it does not know (row M12). */
export function sqsRefusal(violations: readonly Violation[]): AwsError {
  const missing = violations.find(({ constraint }) => constraint.kind === 'required');
  if (missing !== undefined) {
    return new AwsError(
      'MissingParameter',
      `The request must contain the parameter ${asParameter(missing.place, '')}.`,
    );
  }
  const unknown = violations.find(({ constraint }) => constraint.kind === 'enum');
  if (unknown !== undefined) {
    return new AwsError('InvalidAttributeName', `Unknown Attribute ${String(valueOf(unknown))}.`);
  }
  return new AwsError('InvalidParameterValue', commonSentence(violations));
}

function ec2Words(violation: Violation): string {
  const parameter = asParameter(placeOf(violation), '');
  const value = valueOf(violation);
  const shown = typeof value === 'number' ? ` ${value} ` : String(value);
  const named = parameter.charAt(0).toLowerCase() + parameter.slice(1);
  return [`Value (${shown}) for parameter ${named} is invalid.`, ...ec2Reason(violation)].join(' ');
}

function ec2Reason({ constraint }: Violation): string[] {
  switch (constraint.kind) {
    case 'min':
      return [`Expecting a value greater than ${constraint.bound}.`];
    case 'max':
      return [`Expecting a value less than ${constraint.bound}.`];
    case 'minLength':
      return constraint.bound === 1 ? ['The value cannot be empty'] : [];
    case 'maxLength':
    case 'enum':
    case 'required':
    case 'pattern':
      return [];
  }
}

/** A key of a form: `Metrics.member.1.Name`, or `Metric.1.Name` where lists are flat. */
function asParameter(place: Place, beforeIndex: string): string {
  return place
    .map((step) => {
      if (typeof step === 'number') return `${beforeIndex}.${step + 1}`;
      return `.${typeof step === 'object' ? step.key : step}`;
    })
    .join('')
    .slice(1);
}

function placeOf({ place, part }: Violation): Place {
  if (part === undefined) return place;
  return [...place, typeof part.at === 'number' ? part.at : { key: part.at }];
}

function valueOf({ value, part }: Violation): unknown {
  return part === undefined ? value : part.value;
}
