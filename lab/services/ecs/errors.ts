import { AwsError } from '../../errors.ts';

/** `InvalidParameterException`: the request can be read, and what it asks for cannot be. */
export const invalidParameter = (message: string) => new AwsError('InvalidParameterException', message);

/** `ClientException`: what task definitions and tags answer in the same case. */
export const clientError = (message: string) => new AwsError('ClientException', message);

export const clusterNotFound = () => new AwsError('ClusterNotFoundException', 'Cluster not found.');

export const serviceNotFound = () => new AwsError('ServiceNotFoundException', 'Service not found.');

/**
 * What ECS can and the lab cannot. AWS would accept the request, so the text says that it is the lab that refuses, and
 * nothing has been changed.
 */
export const notInTheLab = (what: string) =>
  new AwsError('UnsupportedFeatureException', `The lab does not serve ${what}. Nothing was changed.`);
