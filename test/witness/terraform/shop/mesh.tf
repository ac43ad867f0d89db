resource "aws_appmesh_mesh" "this" {
  name = var.name

  spec {
    egress_filter {
      type = "ALLOW_ALL"
    }
  }
}

resource "aws_appmesh_virtual_node" "this" {
  for_each = local.services

  name      = "${each.value.label}-vn"
  mesh_name = aws_appmesh_mesh.this.name

  spec {
    listener {
      port_mapping {
        port     = var.port
        protocol = "http"
      }
    }

    dynamic "backend" {
      for_each = toset(values(each.value.calls))

      content {
        virtual_service {
          virtual_service_name = local.virtual_services[backend.value]
        }
      }
    }

    service_discovery {
      dynamic "aws_cloud_map" {
        for_each = contains(local.called, each.key) ? [aws_service_discovery_service.this[each.key]] : []

        content {
          namespace_name = aws_service_discovery_private_dns_namespace.this.name
          service_name   = aws_cloud_map.value.name
        }
      }

      dynamic "dns" {
        for_each = contains(local.called, each.key) ? [] : [local.virtual_services[each.key]]

        content {
          hostname = dns.value
        }
      }
    }
  }
}

# Calls to the user API go through a router, so that their timeout has a place.
resource "aws_appmesh_virtual_router" "user" {
  name      = "user-vr"
  mesh_name = aws_appmesh_mesh.this.name

  spec {
    listener {
      port_mapping {
        port     = var.port
        protocol = "http"
      }
    }
  }
}

resource "aws_appmesh_route" "user" {
  name                = "all"
  mesh_name           = aws_appmesh_mesh.this.name
  virtual_router_name = aws_appmesh_virtual_router.user.name

  spec {
    http_route {
      match {
        prefix = "/"
      }

      action {
        weighted_target {
          virtual_node = aws_appmesh_virtual_node.this["user-api"].name
          weight       = 100
          port         = var.port
        }
      }

      timeout {
        per_request {
          value = var.call_timeout_seconds
          unit  = "s"
        }
      }
    }
  }
}

resource "aws_appmesh_virtual_service" "this" {
  for_each = local.services

  name      = local.virtual_services[each.key]
  mesh_name = aws_appmesh_mesh.this.name

  spec {
    provider {
      dynamic "virtual_router" {
        for_each = each.key == "user-api" ? [aws_appmesh_virtual_router.user.name] : []

        content {
          virtual_router_name = virtual_router.value
        }
      }

      dynamic "virtual_node" {
        for_each = each.key == "user-api" ? [] : [aws_appmesh_virtual_node.this[each.key].name]

        content {
          virtual_node_name = virtual_node.value
        }
      }
    }
  }
}
