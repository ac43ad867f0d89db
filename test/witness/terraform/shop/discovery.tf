resource "aws_service_discovery_private_dns_namespace" "this" {
  name        = local.namespace
  description = "Names of ${var.name}"
  vpc         = data.aws_vpc.default.id
}

resource "aws_service_discovery_service" "this" {
  for_each = local.called

  name = local.services[each.key].label

  dns_config {
    namespace_id   = aws_service_discovery_private_dns_namespace.this.id
    routing_policy = "MULTIVALUE"

    dns_records {
      type = "A"
      ttl  = var.dns_ttl_seconds
    }
  }

  health_check_custom_config {
    failure_threshold = 1
  }
}
