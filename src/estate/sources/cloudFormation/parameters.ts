import { partitionOf } from '../../partition.ts';
import { Unknown } from '../shapes/shape.ts';
import { isSection, type Section } from './template.ts';
import { isText, type Result, unknownIn } from './values.ts';

const isList = (type: string): boolean => type === 'CommaDelimitedList' || type.startsWith('List<');

/**
 * The value of a parameter: the one given, else its default. `undefined` where the template declares no such parameter. What
 * stands in the parameter store is named, not read.
 */
export function parameter(declared: Section, name: string, given: Result): Result {
  const declaration = declared[name];
  if (!Object.hasOwn(declared, name)) return undefined;
  const declaredType = isSection(declaration) ? declaration['Type'] : undefined;
  const type = typeof declaredType === 'string' ? declaredType : 'String';
  const shown = `\${${name}}`;
  const value = given ?? (isSection(declaration) ? declaration['Default'] : undefined);
  if (value === undefined || value === null) {
    return new Unknown(`The parameter ${name} has no default; it has to be given.`, shown);
  }
  const unknown = unknownIn(value);
  if (unknown !== undefined) return unknown;
  if (type.startsWith('AWS::SSM::Parameter::Value')) {
    return new Unknown(`The parameter ${name} is read from the parameter store when the stack is deployed.`, shown);
  }
  if (isList(type) && isText(value)) {
    const text = String(value);
    return text === '' ? [] : text.split(',').map((item) => item.trim());
  }
  return value;
}

/** What is known of where the stacks run. */
export interface Place {
  region: string | undefined;
  account: string | undefined;
}

/** The pseudo parameters; `null` for a name that is none. `AWS::NoValue` is `undefined`. */
export function pseudoParameter(name: string, stackName: string, { region, account }: Place): Result | null {
  const untold = (what: string): Unknown =>
    new Unknown(`A template does not tell its ${what}; give it.`, `\${${name.slice('AWS::'.length)}}`);
  switch (name) {
    case 'AWS::Region':
      return region ?? untold('Region');
    case 'AWS::AccountId':
      return account ?? untold('account');
    case 'AWS::StackName':
      return stackName;
    case 'AWS::Partition':
      return region === undefined ? untold('Region, and so its partition') : partitionOf(region);
    case 'AWS::URLSuffix':
      if (region === undefined) return untold('Region, and so its URL suffix');
      return partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    case 'AWS::StackId':
    case 'AWS::NotificationARNs':
      return new Unknown(`${name} is given when the stack is deployed.`, `\${${name.slice('AWS::'.length)}}`);
    case 'AWS::NoValue':
      return undefined;
    default:
      return null;
  }
}
