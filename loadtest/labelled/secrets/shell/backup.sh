#!/bin/bash
# naechtliche Sicherung
set -euo pipefail

export RESTIC_REPOSITORY=s3:https://s3.eu-central-2.wasabisys.com/kranich-restic
export RESTIC_PASSWORD='⟦password|Eichhörnchen vergräbt 99 Nüsse⟧'
export B2_ACCOUNT_KEY=⟦backblaze.application_key|K0058p8L024OOvh0HgaRNwfWki2dBYa⟧

DATE=$(date +%F)
TMP=$(mktemp -d)
PASSFILE=/root/.restic-pass
GPG_PASSPHRASE=${GPG_PASSPHRASE:?missing}

mysqldump --user=backup --password=⟦password|Kopie-nach-Mitternacht⟧ --all-databases | gzip > "$TMP/all-$DATE.sql.gz"
tar czf - /etc | openssl enc -aes-256-cbc -pbkdf2 -pass pass:⟦passphrase|et c'est tout⟧ -out "$TMP/etc-$DATE.tgz.enc"
restic backup "$TMP" --tag nightly
restic forget --keep-daily 14 --prune

curl -fsS -m 10 --retry 5 https://hc-ping.com/⟦!uuid of a ping|7395b2d0-2c97-4f4a-a507-eb7bef91b520⟧ >/dev/null
curl -s "https://api.telegram.org/bot⟦telegram.bot_token|3144830628:AAvJRy1yOp_pJ4f9EibpN-s_Gnk430o1vII⟧/sendMessage" -d chat_id=-1001861728219 -d text="Backup ok"
rm -rf "$TMP"
