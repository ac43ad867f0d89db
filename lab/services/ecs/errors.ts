import { AwsError } from '../../errors.ts';

/** `InvalidParameterException`: the request can be read, and what it asks for cannot be. */
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);

/** `ClientException`: what task definitions and tags answer in the same case. */
export const clientError = (message: string) => new AwsError('ClientException', message);

export const clusterNotFound = () => new AwsError('ClusterNotFoundException', 'Cluster not found.');

export const serviceNotFound = () => new AwsError('ServiceNotFoundException', 'Service not found.');
