import type { Spelling } from '../shapes/shape.ts';

/** Templates spell members with a capital, the SDKs of App Mesh and ECS without: `AWSCloudMap` is `awsCloudMap`. */
const OTHERWISE: Readonly<Record<string, string>> = {
  ClusterSettings: 'settings',
  FSxWindowsFileServerVolumeConfiguration: 'fsxWindowsFileServerVolumeConfiguration',
  FilesystemId: 'fileSystemId',
  PlacementStrategies: 'placementStrategy',
  ProxyConfigurationProperties: 'properties',
  Role: 'roleArn',
  S3FilesVolumeConfiguration: 's3filesVolumeConfiguration',
};

/** `TLS` is `tls`, `HTTP2` is `http2`, `EFSVolumeConfiguration` is `efsVolumeConfiguration`. */
const lowered = (name: string): string =>
  /^[A-Z0-9]+$/.test(name)
    ? name.toLowerCase()
    : name.replace(/^[A-Z]+/, (capitals) =>
        capitals.length === 1 ? capitals.toLowerCase() : capitals.slice(0, -1).toLowerCase() + capitals.slice(-1),
      );

export const camelCase = (...own: readonly string[]): Spelling => ({
  member: (name) => (Object.hasOwn(OTHERWISE, name) ? (OTHERWISE[name] ?? name) : lowered(name)),
  own: new Set(own),
});

/** Where template and SDK spell alike. `names` are those that they do not. */
export const asTheSdk = (names: Readonly<Record<string, string>>, ...own: readonly string[]): Spelling => ({
  member: (name) => names[name] ?? name,
  own: new Set(own),
});
