variable "name" {
  description = "Of the table, the service, and at the head of all other names."
  type        = string
  default     = "meshlift"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "A name begins with a small letter, and has 2 to 31 small letters, digits and hyphens."
  }
}

variable "image" {
  description = "The operator's image, by digest where it is to stay the same."
  type        = string

  validation {
    condition     = length(var.image) > 0
    error_message = "Name the image that was built from Meshlift's Dockerfile."
  }
}

variable "cluster_name" {
  description = "The ECS cluster in which the operator itself runs."
  type        = string
}

variable "vpc_id" {
  description = "The operator's VPC."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the operator's tasks, with a way to AWS's endpoints and to the load balancers."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "A task needs a subnet."
  }
}

variable "assign_public_ip" {
  description = "True where the subnets have no NAT gateway and no endpoints. Nothing is let in either way."
  type        = bool
  default     = false
}

variable "cluster_arns" {
  description = "ARNs of the ECS clusters whose services plans may name."
  type        = list(string)

  validation {
    condition     = length(var.cluster_arns) > 0 && alltrue([for arn in var.cluster_arns : can(regex("^arn:[^:]+:ecs:[^:]+:[0-9]{12}:cluster/", arn))])
    error_message = "Each is the ARN of an ECS cluster, and there is at least one."
  }
}

variable "pass_role_arns" {
  description = "ARNs of the task and execution roles of those services, and of the role by which ECS attaches their volumes."
  type        = list(string)

  validation {
    condition     = length(var.pass_role_arns) > 0 && alltrue([for arn in var.pass_role_arns : can(regex("^arn:[^:]+:iam::[0-9]{12}:role/", arn))])
    error_message = "Each is the ARN of a role, and there is at least one."
  }
}

variable "load_balancer_names" {
  description = "Name, or pattern, of the Application Load Balancers whose rules plans may name."
  type        = string
  default     = "*"
}

variable "mesh_names" {
  description = "Name, or pattern, of the meshes that plans may retire."
  type        = string
  default     = "*"
}

variable "topic_names" {
  description = "Name, or pattern, of the SNS topics that plans may notify."
  type        = string
  default     = "meshlift*"
}

variable "event_bus_names" {
  description = "Name, or pattern, of the event buses that plans may notify."
  type        = string
  default     = "meshlift*"
}

variable "assume_role_arns" {
  description = "ARNs of roles in other accounts that the operator may assume, and plans may name."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.assume_role_arns : can(regex("^arn:[^:]+:iam::[0-9]{12}:role/", arn))])
    error_message = "Each is the ARN of a role."
  }
}

variable "allowed_regions" {
  description = "Regions besides the operator's own that plans may name. The operator's own policies are of its own Region: such a plan needs a role whose policies are of that one."
  type        = list(string)
  default     = []
}

variable "allowed_cluster_names" {
  description = "Names, or patterns, of the ECS clusters that plans may name, in every account. What the policies allow is narrower where cluster_arns is."
  type        = list(string)
  default     = ["*"]
}

variable "allowed_load_balancer_names" {
  description = "Names, or patterns, of the load balancers whose rules plans may name, in every account."
  type        = list(string)
  default     = ["*"]
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table."
  type        = bool
  default     = true
}

variable "cpu_architecture" {
  description = "What the image is built for."
  type        = string
  default     = "ARM64"

  validation {
    condition     = contains(["ARM64", "X86_64"], var.cpu_architecture)
    error_message = "ARM64 or X86_64."
  }
}

variable "cpu" {
  description = "CPU units of a task."
  type        = number
  default     = 256
}

variable "memory" {
  description = "MiB of a task."
  type        = number
  default     = 512
}

variable "desired_count" {
  description = "Replicas. Each plan is held by one; the others take over when it dies."
  type        = number
  default     = 2

  validation {
    condition     = var.desired_count >= 1
    error_message = "Without a replica no plan goes on, and none goes back."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 90
}

variable "log_level" {
  description = "What is logged."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["debug", "info", "warn", "error"], var.log_level)
    error_message = "debug, info, warn or error."
  }
}

variable "permissions_boundary_arn" {
  description = "A boundary for both roles. Null for none."
  type        = string
  default     = null
}

variable "create_topic" {
  description = "Whether a topic is made, which gets the operator's alarms and which plans may notify."
  type        = bool
  default     = false
}

variable "create_event_bus" {
  description = "Whether an event bus is made, which plans may notify."
  type        = bool
  default     = false
}

variable "embedded_metrics" {
  description = "Whether the operator tells its metrics in its log, of which CloudWatch makes metrics. Each costs."
  type        = bool
  default     = false
}

variable "otlp_endpoint" {
  description = "Where an OpenTelemetry collector takes traces by OTLP over HTTP. Empty for none."
  type        = string
  default     = ""
}

variable "create_dashboard" {
  description = "Whether a CloudWatch dashboard is made."
  type        = bool
  default     = true
}

variable "alarm_action_arns" {
  description = "Whom else the operator's alarms tell."
  type        = list(string)
  default     = []
}

variable "tags" {
  description = "On everything that is made here."
  type        = map(string)
  default     = {}
}
