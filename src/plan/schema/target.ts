import { z } from 'zod';
import { notYet, section, unique } from './building.ts';
import { DNS_NAME, ECS_NAME } from './names.ts';

const SUFFIX = /^-[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/;

const serviceConnect = section({
  namespace: z
    .string()
    .regex(DNS_NAME, 'must be a DNS name: labels of lower-case letters, digits and "-", joined by dots')
    .optional()
    .describe('Name of the Cloud Map namespace that is made for green. Default <mesh>-sc.'),
  tls: notYet('TLS between green services'),
  accessLogs: notYet('access logs of the Service Connect proxy'),
});

/** What green is made as. */
export const target = section({
  nameSuffix: z
    .string()
    .regex(SUFFIX, 'must be "-" and then lower-case letters, digits and "-", at most 21 characters, e.g. -sc')
    .default('-sc')
    .describe("Appended to a blue service's name. Default -sc."),
  serviceConnect: serviceConnect.prefault({}),
  shared: unique(
    z.string().regex(ECS_NAME, 'is no name of an ECS service: letters, digits, "-" and "_"'),
    (name) => name,
    'the service',
  )
    .max(100, 'lists at most 100 services')
    .default([])
    .describe(
      'Blue services whose green an earlier plan has made, in the same namespace and with the same nameSuffix: this plan uses it, with all that it calls, and never changes it. Default none.',
    ),
});
