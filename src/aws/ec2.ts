/** What is used of EC2. Loaded lazily, and named here so that a bundler leaves the rest of a very large package out. */
export { DescribeInstanceTypesCommand, DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
