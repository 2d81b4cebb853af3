variable "db_password" {
  description = "Password of the database, at least 16 characters"
  type        = string
  sensitive   = true
  validation {
    condition     = length(var.db_password) >= 16
    error_message = "The password is too short."
  }
}

data "aws_secretsmanager_secret_version" "db" {
  secret_id = "arn:aws:secretsmanager:eu-central-1:417253908861:secret:prod/db-⟦!suffix of an arn|a1B2c3⟧"
}

locals {
  password  = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)["password"]
  token     = data.vault_generic_secret.gh.data["token"]
  image_tag = "⟦!git sha|e74c2cc5c6d882e1165f20436d42a121b8ad118e⟧"
  ami       = "ami-0c3f9a7e51b2d8460"
}

resource "aws_iam_user_login_profile" "u" {
  user                    = "hboll"
  password_length         = 20
  password_reset_required = true
}

output "password" {
  value     = local.password
  sensitive = true
}
