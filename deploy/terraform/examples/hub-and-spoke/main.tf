# The operator in the hub's account; in the spoke's a role that it may assume, with the spoke's clusters and roles as its limits.
variable "region" {
  description = "Of both."
  type        = string
  default     = "eu-west-1"
}

variable "spoke_provisioning_role_arn" {
  description = "By which Terraform works in the spoke's account."
  type        = string
}

provider "aws" {
  alias  = "hub"
  region = var.region
}

provider "aws" {
  alias  = "spoke"
  region = var.region

  assume_role {
    role_arn = var.spoke_provisioning_role_arn
  }
}

variable "image" {
  description = "The operator's image."
  type        = string
}

variable "hub" {
  description = "Where the operator runs."
  type = object({
    cluster_name   = string
    cluster_arn    = string
    vpc_id         = string
    subnet_ids     = list(string)
    pass_role_arns = list(string)
  })
}

variable "spoke" {
  description = "Whose services it moves, in another account."
  type = object({
    account_id     = string
    cluster_arns   = list(string)
    pass_role_arns = list(string)
  })
}

variable "external_id" {
  description = "What the operator says when it assumes the spoke's role; a plan names it."
  type        = string
  sensitive   = true
}

data "aws_partition" "current" {
  provider = aws.hub
}

module "hub" {
  source    = "../.."
  providers = { aws = aws.hub }

  image            = var.image
  cluster_name     = var.hub.cluster_name
  vpc_id           = var.hub.vpc_id
  subnet_ids       = var.hub.subnet_ids
  cluster_arns     = [var.hub.cluster_arn]
  pass_role_arns   = var.hub.pass_role_arns
  assume_role_arns = ["arn:${data.aws_partition.current.partition}:iam::${var.spoke.account_id}:role/meshlift-spoke"]
}

module "spoke" {
  source    = "../../spoke-role"
  providers = { aws = aws.spoke }

  name              = "meshlift-spoke"
  operator_role_arn = module.hub.task_role_arn
  external_id       = var.external_id
  cluster_arns      = var.spoke.cluster_arns
  pass_role_arns    = var.spoke.pass_role_arns
}

output "spoke_role_arn" {
  description = "What a plan for the spoke names."
  value       = module.spoke.role_arn
}
