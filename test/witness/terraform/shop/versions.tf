terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

# Where AWS is and who asks comes from the environment, as everywhere: AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID.
provider "aws" {
  default_tags {
    tags = {
      application = var.name
      managed-by  = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}
