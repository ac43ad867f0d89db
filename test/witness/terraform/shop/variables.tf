variable "name" {
  description = "Name of the application: of its cluster, its mesh, its load balancer, and the first part of its private names."
  type        = string
  default     = "shop"
}

variable "team" {
  description = "Who answers for the application; a tag."
  type        = string
  default     = "shop"
}

variable "image" {
  description = "Image of the application; its command is the role that it plays."
  type        = string
  default     = "public.ecr.aws/meshlift/shop:1"
}

variable "envoy_image" {
  description = "Image of the App Mesh sidecar."
  type        = string
  default     = "public.ecr.aws/appmesh/aws-appmesh-envoy:v1.29.12.1-prod"
}

variable "port" {
  description = "Port of the application in every task, and of the load balancer's listener."
  type        = number
  default     = 8080
}

variable "desired_count" {
  description = "Tasks of each service. The frontend's count is the scaling policy's from then on."
  type        = number
  default     = 2
}

variable "health_check_path" {
  description = "What the load balancer asks the frontend's tasks for."
  type        = string
  default     = "/health"
}

variable "rule_priority" {
  description = "Where the entry's rule stands among those of the listener."
  type        = number
  default     = 10
}

variable "call_timeout_seconds" {
  description = "How long a call to the user API may take."
  type        = number
  default     = 10
}

variable "dns_ttl_seconds" {
  description = "How long a resolver may keep an address of a called service."
  type        = number
  default     = 10
}

variable "frontend_max_count" {
  description = "Tasks of the frontend at most."
  type        = number
  default     = 4
}

variable "log_retention_days" {
  description = "How long the tasks' logs are kept."
  type        = number
  default     = 14
}

variable "container_insights" {
  description = "What Container Insights shows of the cluster: enabled, enhanced or disabled."
  type        = string
  default     = "enabled"
}

variable "latency_threshold_seconds" {
  description = "The 95th percentile of the users' waiting above which the latency alarm fires."
  type        = number
  default     = 0.8
}
