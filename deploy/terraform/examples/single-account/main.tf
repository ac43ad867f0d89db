# The operator beside the services that it moves: one account, one Region, one cluster.
variable "image" {
  description = "The operator's image."
  type        = string
}

variable "cluster_name" {
  description = "The cluster of the services, in which the operator runs too."
  type        = string
}

variable "vpc_id" {
  description = "The VPC of the cluster's services."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of that VPC."
  type        = list(string)
}

variable "pass_role_arns" {
  description = "Task and execution roles of the services."
  type        = list(string)
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table. Set it to false before `terraform destroy`."
  type        = bool
  default     = true
}

data "aws_ecs_cluster" "this" {
  cluster_name = var.cluster_name
}

module "meshlift" {
  source = "../.."

  image               = var.image
  cluster_name        = var.cluster_name
  vpc_id              = var.vpc_id
  subnet_ids          = var.subnet_ids
  cluster_arns        = [data.aws_ecs_cluster.this.arn]
  pass_role_arns      = var.pass_role_arns
  deletion_protection = var.deletion_protection
  create_topic        = true
}

output "table_name" {
  description = "Where plans are submitted."
  value       = module.meshlift.table_name
}
