import { AwsError } from '../../errors.ts';

export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message);

/** A number outside of what the API takes (row N53). */
export const outOfRange = (parameter: string, value: number, reason: string): AwsError =>
  invalidValue(`Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`);

export const missingParameter = (parameter: string): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${parameter}.`);

export const noSuchQueue = (): AwsError => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

export const invalidHandle = (handle: string): AwsError =>
  new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`, {
    status: 404,
  });
