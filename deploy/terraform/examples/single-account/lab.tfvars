# What the lab's sample estate is called; on your account these are your own.
image        = "registry.example/meshlift:0.1.0"
cluster_name = "shop"
vpc_id       = "vpc-0f1e2d3c4b5a69788"
subnet_ids   = ["subnet-0aaa1111bbb22222c", "subnet-0ddd3333eee44444f"]
pass_role_arns = [
  "arn:aws:iam::111122223333:role/frontend-task",
  "arn:aws:iam::111122223333:role/stock-api-task",
  "arn:aws:iam::111122223333:role/user-api-task",
  "arn:aws:iam::111122223333:role/shop-ecs-execution",
]
