# What an operator in another account may do in this one. Its table stays in its own account.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "name" {
  description = "The role's."
  type        = string
  default     = "meshlift-spoke"
}

variable "operator_role_arn" {
  description = "The task role of the operator, in the hub's account."
  type        = string
}

variable "external_id" {
  description = "What the operator has to say when it assumes the role."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.external_id) >= 16
    error_message = "Sixteen characters or more that nobody guesses."
  }
}

variable "cluster_arns" {
  description = "ARNs of this account's ECS clusters whose services plans may name."
  type        = list(string)
}

variable "pass_role_arns" {
  description = "ARNs of the task and execution roles of those services."
  type        = list(string)
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

variable "tags" {
  description = "On everything that is made here."
  type        = map(string)
  default     = {}
}

data "aws_partition" "current" {}
data "aws_region" "current" {}
data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "operator_assumes" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [var.operator_role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }

  # The session's tags say for which plan it is.
  statement {
    actions = ["sts:TagSession"]

    principals {
      type        = "AWS"
      identifiers = [var.operator_role_arn]
    }
  }
}

locals {
  own = ["OwnTable", "OwnIndex", "OwnStream", "Notify"]

  documents = {
    for part in ["read", "services", "traffic"] : part => jsondecode(templatefile("${path.module}/../../iam/operator-${part}.json", {
      Partition         = data.aws_partition.current.partition
      Region            = data.aws_region.current.name
      Account           = data.aws_caller_identity.current.account_id
      Table             = ""
      ClusterArns       = join("\",\"", var.cluster_arns)
      PassRoleArns      = join("\",\"", var.pass_role_arns)
      LoadBalancerNames = var.load_balancer_names
      MeshNames         = var.mesh_names
      TopicNames        = ""
      EventBusNames     = ""
    }))
  }
}

resource "aws_iam_policy" "this" {
  for_each = toset(["read", "services", "traffic"])

  name        = "${var.name}-${each.key}"
  description = "Meshlift, operator-${each.key}, from another account"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for statement in local.documents[each.key].Statement : statement if !contains(local.own, statement.Sid)]
  })
  tags = var.tags
}

resource "aws_iam_role" "this" {
  name               = var.name
  description        = "What Meshlift's operator may do in this account."
  assume_role_policy = data.aws_iam_policy_document.operator_assumes.json
  tags               = var.tags
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = aws_iam_policy.this

  role       = aws_iam_role.this.name
  policy_arn = each.value.arn
}

output "role_arn" {
  description = "What a plan for this account names."
  value       = aws_iam_role.this.arn
}
