import { AwsError } from '../../errors.ts';
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

/** EC2 names the first parameter that is missing or wrong, as it is written in the request (row M11). */
export function ec2Refusal(violations: readonly Violation[]): AwsError {
  const missing = violations.find(({ constraint }) => constraint.kind === 'required');
  if (missing !== undefined) {
    return new AwsError('MissingParameter', `The request must contain the parameter ${asParameter(missing.place, '')}`);
  }
  const said = violations.slice(0, 1).map((violation) => {
    const parameter = asParameter(placeOf(violation), '');
    return `Value (${String(valueOf(violation))}) for parameter ${parameter} is invalid.${ec2Reason(violation)}`;
  });
  return new AwsError('InvalidParameterValue', said.join(''));
}

function ec2Reason({ constraint }: Violation): string {
  switch (constraint.kind) {
    case 'maxLength':
      return ` The length must be less than or equal to ${constraint.bound}.`;
    case 'minLength':
      return constraint.bound === 1
        ? ' The value cannot be empty'
        : ` The length must be greater than or equal to ${constraint.bound}.`;
    case 'max':
      return ` The value must be less than or equal to ${constraint.bound}.`;
    case 'min':
      return ` The value must be greater than or equal to ${constraint.bound}.`;
    case 'enum':
      return ` Valid values: ${constraint.values.join(', ')}.`;
    case 'required':
    case 'pattern':
      return '';
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
