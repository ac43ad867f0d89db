/** Forms of names that more than one part of a plan holds. */
export const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/;
export const ECS_NAME = /^[A-Za-z0-9_-]{1,255}$/;
