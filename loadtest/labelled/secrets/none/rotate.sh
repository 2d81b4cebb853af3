#!/usr/bin/env bash
set -euo pipefail
: "${VAULT_TOKEN:?}" "${NEW_PASSWORD:=$(openssl rand -base64 24)}"
read -r -s -p "Password: " PASSWORD; echo
TOKEN=$(curl -sf -d "client_secret=${CLIENT_SECRET}" "$ISSUER/token" | jq -r .access_token)
export PGPASSWORD="$(pass show db/prod)"
psql -h db1 -v pw="$NEW_PASSWORD" <<'SQL'
ALTER ROLE app PASSWORD :'pw';
SQL
curl -sf -H "Authorization: Bearer $TOKEN" -H "X-Vault-Token: ${VAULT_TOKEN}" "$API/rotate"
kubectl create secret generic db --from-literal=password="$NEW_PASSWORD" --dry-run=client -o yaml | kubectl apply -f -
mysql -u root -p"$(cat /run/secrets/root_pw)" -e 'FLUSH PRIVILEGES'
sshpass -e ssh web1 uptime
unset PASSWORD PGPASSWORD
