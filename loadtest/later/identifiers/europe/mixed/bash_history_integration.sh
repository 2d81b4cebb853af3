#!/usr/bin/env bash
# what I ran on the jump box on friday, cleaned up a bit — ⟦person_name|jonas⟧
set -eu
API=https://registry.int.example/v2
curl -s "$API/no/enheter/⟦no.orgnr|842769647⟧" | jq .navn
curl -s "$API/no/person?fnr=⟦no.fodselsnummer|24086244264⟧" -o /tmp/p1.json
curl -s "$API/se/org/⟦se.orgnr|556413-0697⟧"
curl -s "$API/se/person" -d '{"personnummer":"⟦se.personnummer|198709302114⟧"}'
curl -s "$API/dk/cvr?nr=⟦dk.cvr|23881187⟧" ; curl -s "$API/dk/cpr?nr=⟦dk.cpr|0109714181⟧"
curl -s "$API/fi/hetu/⟦fi.hetu|010256-797D⟧?fields=nimi"
curl -s "$API/fi/ytunnus/⟦fi.ytunnus|2088895-9⟧"
curl -s "$API/is/kt/⟦is.kennitala|2507918879⟧"
psql kyc -c "update person set cnp='⟦ro.cnp|2911130235457⟧' where id=915962;"
psql kyc -c "update person set egn='⟦bg.egn|9111130285⟧', emso=NULL where id=570938;"
psql kyc -c "select * from person where pesel = '⟦pl.pesel|02321100834⟧' and batch = 20250314001;"
psql kyc -c "delete from person where asmens_kodas='⟦!wrong check digit, lt.asmens_kodas|38706022703⟧';  -- test junk"
psql kyc -c "delete from person where hetu='⟦!wrong check character, fi.hetu|010256-802T⟧';"
kill -9 24086 11304; mv dump.20250314.sql.gz /srv/backup/556_668/
sha1sum /srv/backup/556_606/* # 5565561187dd20f9a0844361b1c9d2f4e6a77310
docker run --rm -p 24086:8080 -e BATCH=9111130625 kyc:2.10.0
