locals {
  namespace = "${var.name}.local"

  # Every service of the application by the name of its ECS service: the first label of its name in the mesh, and whom it
  # calls, by the variable that carries the address. Only what is called is registered in Cloud Map.
  services = {
    user-api = {
      label = "user"
      calls = {}
    }
    stock-api = {
      label = "stock"
      calls = {}
    }
    frontend = {
      label = "frontend"
      calls = {
        USER_URL  = "user-api"
        STOCK_URL = "stock-api"
      }
    }
  }

  entry = "frontend"

  called = toset(flatten([for service in local.services : values(service.calls)]))

  # The name in the mesh that each service is called by.
  virtual_services = { for name, service in local.services : name => "${service.label}.${local.namespace}" }
}
