# Vault agent: renders secrets, holds none
vault { address = "https://vault.int.marlstone.io:8200" }
auto_auth {
  method "approle" {
    config = {
      role_id_file_path                   = "/etc/vault/role_id"
      secret_id_file_path                 = "/etc/vault/secret_id"
      remove_secret_id_file_after_reading = true
    }
  }
  sink "file" { config = { path = "/run/vault/token", mode = 0600 } }
}
template {
  contents = <<-EOT
    DB_PASSWORD={{ with secret "kv/data/prod/db" }}{{ .Data.data.password }}{{ end }}
    API_KEY={{ with secret "kv/data/prod/api" }}{{ .Data.data.key }}{{ end }}
    SMTP_PASS=⟦!reference to a vault|vault:kv/data/prod/smtp#password⟧
    OIDC_SECRET=⟦!reference to a vault|ssm:///prod/oidc/client_secret⟧
    STRIPE_KEY=⟦!reference to a vault|secretsmanager://eu-west-1/prod/stripe#secret_key⟧
    GH_TOKEN=⟦!reference to a vault|akv://marlstone-kv/gh-token⟧
  EOT
  destination = "/run/app/env"
}
variable "db_password" {
  type      = string
  sensitive = true
  default   = null
}
locals {
  password     = var.db_password
  token_policy = "token_ttl=1h token_max_ttl=4h"
  secret_path  = "kv/data/prod/db"
  accessor     = "⟦!token accessor|vJ3DkMoqWeJ6clqp9eOoaoE9⟧"
  password_len = 32
}
